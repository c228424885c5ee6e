import Platform
import Synchronization
import Testing

@Suite struct BusyTimeTests {
  @Test func `time counts once, whoever is at work, and pauses do not`() {
    let clock = Atomic<UInt64>(100)
    func pass(_ nanoseconds: UInt64) { clock.add(nanoseconds, ordering: .relaxed) }
    let work = BusyTime { clock.load(ordering: .relaxed) }
    pass(5)
    #expect(work.nanoseconds == 0)
    work.measure {
      pass(10)
      #expect(work.nanoseconds == 10)
      work.measure { pass(1) }
      work.pause {
        pass(1000)
        #expect(work.nanoseconds == 11)
      }
      pass(2)
    }
    pass(7)
    #expect(work.nanoseconds == 13)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try work.measure { () throws(Stop) in
        pass(4)
        throw Stop()
      }
    }
    pass(9)
    #expect(work.nanoseconds == 17)
  }
}
