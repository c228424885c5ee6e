import Platform
import RPC
import TestSupport
import Testing

/// Whole programs, as users run them. One test at a time: each has a service, a Postgres cluster
/// and clients on the machine's few cores.
@Suite(.serialized) struct EndToEnd {}

/// The same, of a world that fails: processes killed, disks full or sick, a database away. Most of
/// their time is waiting, so they go beside the others.
@Suite(.serialized) struct EndToEndFaults {}

/// A business of a service under test.
struct TestBusiness {
  let name: String
  let id: UUID
  let key: String
}

extension KnowledgeServer {
  /// Creates a business with the command line.
  func createBusiness(_ name: String) throws -> TestBusiness {
    let outcome = try run(["business", "create", name, "--json"])
    try #require(outcome.status == 0, "\(outcome)")
    let reply = try JSON.parse(outcome.output)
    return TestBusiness(
      name: name, id: try #require(reply["business_id"]?.string.flatMap { UUID($0) }),
      key: try #require(reply["api_key"]?.string))
  }

  /// A connection that is bound to the business by its key.
  func connect(_ business: TestBusiness, timeoutSeconds: Int = 60) throws -> WireConnection {
    try WireConnection(socket: socket, key: business.key, timeoutSeconds: timeoutSeconds)
  }

  /// A connection of the operator, who is trusted by uid.
  func connectOperator() throws -> WireConnection {
    try WireConnection(socket: socket, business: "")
  }

  /// Runs `knowledge … --json` and parses what it prints.
  func json(_ arguments: [String], status: Int32 = 0) throws -> JSON {
    let outcome = try run(arguments + ["--json"])
    try #require(outcome.status == status, "\(arguments): \(outcome)")
    return try JSON.parse(outcome.output)
  }

  /// The health reasons; empty where all is well.
  func troubles() throws -> [String] {
    try connectOperator().call(.health, HealthRequest(), for: HealthReply.self).reasons
  }

  /// What is wrong, and the end of the log, for the comment of an expectation.
  var story: String {
    "\((try? troubles()) ?? ["it does not answer"])\nthe service's log, its end:\n\(logEnd())"
  }
}

extension WireConnection {
  /// Has the service write and commit its files now: making a collection again does, of whatever is
  /// new in the others too. On a sick disk it may be refused.
  func commitFiles() throws {
    var pulse = Entry()
    pulse.externalID = "pulse"
    pulse.content = "beats"
    _ = try call(
      .upsert, UpsertRequest(collection: "pulse", entries: [pulse]), for: UpsertReply.self)
    while true {
      do {
        _ = try call(.rebuild, RebuildRequest(collection: "pulse"), for: RebuildReply.self)
        return
      } catch Failure.refused(let reply) {
        #expect(!reply.message.isEmpty)
        // A business rests after a rebuild that took long: here the disk is meant.
        guard reply.details["limit"] == "maintenance_rest" else { return }
        Thread.sleep(milliseconds: Int(reply.details["retry_ms"] ?? "") ?? 100)
      }
    }
  }
}

/// Waits until `condition` holds.
///
/// - Returns: Seconds waited; nil when the time was up.
func waited(upToSeconds limit: Double, for condition: () throws -> Bool) rethrows -> Double? {
  let begin = Clock.monotonicNanoseconds
  while true {
    let seconds = Double(Clock.monotonicNanoseconds - begin) / 1e9
    if try condition() { return seconds }
    if seconds > limit { return nil }
    Thread.sleep(milliseconds: 20)
  }
}
