import Platform
import Testing

@testable import Truth

@Suite struct PositionTests {
  @Test func `a snapshot sees what had ended`() throws {
    let snapshot = try #require(TransactionSnapshot("100:110:100,103,109"))
    #expect(snapshot.text == "100:110:100,103,109")
    let seen = (95..<115).filter { snapshot.sees(UInt64($0)) }
    #expect(seen == [95, 96, 97, 98, 99, 101, 102, 104, 105, 106, 107, 108])
    let later = try #require(TransactionSnapshot("103:112:103"))
    #expect(later.includes(snapshot) && !snapshot.includes(later))
    #expect(snapshot.includes(snapshot))
    let sideways = try #require(TransactionSnapshot("101:112:101"))
    #expect(!sideways.includes(snapshot) || sideways.sees(101) == snapshot.sees(101))
    #expect(!sideways.includes(snapshot))
  }

  @Test func `text that is no snapshot is refused`() {
    for bad in ["", "1", "1:2", "2:1:", "1:5:9", "1:5:3,2", "1:5:0", "a:b:", "0:5:", "1:5:2:3"] {
      #expect(TransactionSnapshot(bad) == nil, "\(bad)")
    }
    #expect(TransactionSnapshot("7:7:") != nil)
  }

  @Test func `a position survives its bytes, and every other length is refused`() throws {
    let position = Position(
      snapshot: try #require(TransactionSnapshot("100:110:100,103,109")), token: .random(),
      systemIdentifier: .max - 5, database: 16384)
    let bytes = position.bytes
    #expect(Position(bytes: bytes) == position)
    for count in 0..<bytes.count { #expect(Position(bytes: Array(bytes[..<count])) == nil) }
    #expect(Position(bytes: bytes + [0]) == nil)
    var random = SeededGenerator(seed: 7)
    for _ in 0..<20_000 {
      var damaged = bytes
      damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
      _ = Position(bytes: damaged)
    }
  }
}
