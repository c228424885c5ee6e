import Platform
import Postgres
import Synchronization
import Testing
import TestSupport

@testable import Truth

/// RELIABILITY T12: the feed under writers whose commits come in any order, with a control that
/// must fail: a reader that follows a counter.
@Suite(.serialized) struct FeedOrderTests {
  private static var isLong: Bool { Built.long }

  /// What one writer did.
  private struct Log {
    var committed: [UUID] = []
    var aborted: Set<UUID> = []
    var failures: [String] = []
  }

  @Test func `sixteen writers, aborts, savepoints, two phases and one long transaction`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    let target = Self.isLong ? 100_000 : 10_000
    print("FeedOrderTests: seed \(seed), \(target) changes")
    let fixture = try StoreFixture()
    var administrator = try fixture.database.connect()
    // The control: a counter beside each change, in the same transaction.
    try administrator.query(
      "create table control (id bigserial primary key, entry_id uuid not null)")
    let follower = Follower(fixture.database.connectionInfo)
    try follower.rebuild()

    var long = try fixture.database.connect()
    let longEntry = UUID.random()
    try long.query("begin")
    try long.pipeline(Self.insertion([longEntry], fixture.business))

    let log = Mutex(Log())
    let running = Atomic<Int>(16)
    let (info, business) = (fixture.database.connectionInfo, fixture.business)
    let writers = (0..<16).map { number in
      Thread.spawn(name: "writer-\(number)") {
        var random = SeededGenerator(seed: seed &+ UInt64(number))
        do {
          var connection = try PostgresConnection(connectionInfo: info)
          var done = 0
          while done < target / 16 {
            done += try Self.transact(number, &connection, business, &random, log)
          }
        } catch { log.withLock { $0.failures.append("\(error)") } }
        running.subtract(1, ordering: .sequentiallyConsistent)
      }
    }

    var controlSeen: Set<UUID> = []
    var controlLast: Int64 = 0
    func readControl() throws {
      let rows = try administrator.query(
        "select id, entry_id from control where id > $1 order by id", [.int8(controlLast)])
      for row in 0..<rows.count {
        controlLast = try rows.value(row, 0)
        controlSeen.insert(try rows.value(row, 1))
      }
    }
    var steps = 0
    while running.load(ordering: .sequentiallyConsistent) > 0 {
      if try follower.step() != nil { steps += 1 }
      try readControl()
      Thread.sleep(milliseconds: 2)
    }
    for writer in writers { writer.join() }
    try follower.step(force: true)
    try readControl()
    #expect(follower.deliveries[longEntry] == nil)
    try long.query("commit")
    try follower.step(force: true)
    try readControl()

    let result = log.withLock { $0 }
    #expect(result.failures == [])
    let expected = Set(result.committed).union([longEntry])
    let delivered = Set(follower.deliveries.keys)
    #expect(expected.subtracting(delivered).isEmpty, "skipped")
    #expect(delivered.subtracting(expected).isEmpty, "came without being committed")
    #expect(follower.deliveries.values.allSatisfy { $0 == 1 }, "doubled")
    #expect(try follower.equalsTruth(&administrator))
    #expect(steps > 10 && !result.aborted.isEmpty)
    let lost = expected.subtracting(controlSeen).count
    print("FeedOrderTests: \(expected.count) changes in \(steps) steps; the control lost \(lost)")
    #expect(lost > 0, "the control saw everything: the test does not bite")
  }

  private static func insertion(
    _ ids: [UUID], _ business: UUID
  ) -> [PostgresConnection.Statement] {
    [
      .init(
        """
        insert into knowledge_entries (business_id, entry_id, content)
        select $1, id, 'written' from unnest($2::uuid[]) as id
        """, [.uuid(business), .uuidArray(ids)]),
      .init(
        "insert into control (entry_id) select id from unnest($1::uuid[]) as id",
        [.uuidArray(ids)]),
    ]
  }

  /// One transaction of a random kind; returns how many changes it committed.
  private static func transact(
    _ number: Int, _ connection: inout PostgresConnection, _ business: UUID,
    _ random: inout SeededGenerator, _ log: borrowing Mutex<Log>
  ) throws(PostgresError) -> Int {
    let ids = (0..<Int.random(in: 1...8, using: &random)).map { _ in UUID.random() }
    var committed = ids
    try connection.query("begin")
    try connection.pipeline(insertion(ids, business))
    if Int.random(in: 0..<5, using: &random) == 0 {
      let undone = [UUID.random()]
      try connection.query("savepoint nested")
      try connection.pipeline(insertion(undone, business))
      if Bool.random(using: &random) {
        try connection.query("rollback to savepoint nested")
      } else {
        try connection.query("release savepoint nested")
        committed += undone
      }
    }
    // Most are quick; some sit between their writes and their commit while others pass.
    let pause = Int.random(in: 0..<10, using: &random)
    Thread.sleep(milliseconds: pause == 0 ? 50 : pause / 3)
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1:
      try connection.query("rollback")
      log.withLock { $0.aborted.formUnion(committed) }
      return 0
    case 2:
      let name = "order-\(number)-\(hexadecimal(SecureRandom.bytes(6)))"
      try connection.query("prepare transaction '\(name)'")
      Thread.sleep(milliseconds: Int.random(in: 0..<10, using: &random))
      if Int.random(in: 0..<5, using: &random) == 0 {
        try connection.query("rollback prepared '\(name)'")
        return 0
      }
      try connection.query("commit prepared '\(name)'")
    default:
      try connection.query("commit")
    }
    log.withLock { $0.committed += committed }
    return committed.count
  }
}
