import Platform
import Testing

@Suite struct NearestNameTests {
  @Test func `distance counts inserted, deleted, replaced and swapped letters`() {
    #expect(NearestName.distance("", "abc") == 3)
    #expect(NearestName.distance("json", "json") == 0)
    #expect(NearestName.distance("jsno", "json") == 1)
    #expect(NearestName.distance("colection", "collection") == 1)
    #expect(NearestName.distance("kitten", "sitting") == 3)
  }

  @Test func `what resembles nothing has no suggestion`() {
    #expect(NearestName.of("zzz", among: ["json", "business"]) == nil)
    #expect(NearestName.of("x", among: ["k"]) == "k")
    #expect(NearestName.of("buisness", among: ["json", "business"]) == "business")
    #expect(NearestName.of("coll", among: ["collection", "key"]) == "collection")
  }

  @Test func `texts and names of any length are compared in little time`() {
    let long = String(repeating: "n", count: 1_000_000)
    #expect(NearestName.of(long, among: ["n"]) == nil)
    #expect(NearestName.of("nnn", among: [long, "nnnn"]) == "nnnn")
  }
}
