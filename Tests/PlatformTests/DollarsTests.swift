import Platform
import Testing

@Suite struct DollarsTests {
  @Test(
    arguments: [
      ("0.02", 20_000), ("3", 3_000_000), ("0.000001", 1), ("1000000", 1_000_000_000_000), ("0", 0),
    ] as [(String, UInt64)])
  func `a price for a million is one for each`(text: String, each: UInt64) {
    #expect(Dollars.trillionthsOfEach(perMillion: text) == each)
  }

  @Test(arguments: ["", ".", "1.", ".5", "-1", "1,5", "1.0000001", "1000001", "1e3", "1.2.3", "٣"])
  func `what is no price is refused`(text: String) {
    #expect(Dollars.trillionthsOfEach(perMillion: text) == nil)
  }
}
