import Testing

@testable import Spelling

@Suite struct RejectionTests {
  static let text = "I want to recieve my ordr"

  private func corrected(
    _ rejected: [(String, String)], threshold: Double = 0, _ text: String = text
  ) throws -> CorrectedText {
    var rejections = Rejections()
    for (original, replacement) in rejected {
      rejections.note(original, replacement, isRejected: true)
    }
    return try Speller(language: "en", rejections: rejections)
      .correct(text, threshold: threshold)
  }

  @Test func `what was rejected is neither done nor proposed again`() throws {
    let before = try corrected([])
    #expect(before.text == "I want to receive my order")
    let after = try corrected([("Recieve", "RECEIVE")], threshold: 0.5)
    let all = after.changes + after.questions
    #expect(!all.contains { $0.replacement == "receive" })
    #expect(!all.contains { $0.alternatives.contains { $0.text == "receive" } })
    #expect(after.text == "I want to recieve my order")
  }

  @Test func `that one was wrong makes no other one right`() throws {
    // Whatever is rejected, what is left is less sure, and in the end nothing.
    var rejected: [(String, String)] = []
    var last = 1.0
    for _ in 0..<30 {
      let answer = try corrected(rejected, "so wierd")
      guard let next = answer.changes.first(where: { $0.original == "wierd" }) else { break }
      #expect(next.confidence < last)
      last = max(next.confidence, 0.5)
      rejected.append(("wierd", next.replacement))
    }
    #expect(rejected.count > 1)
    #expect(Set(rejected.map(\.1)).count == rejected.count)
    #expect(try corrected(rejected, "so wierd").changes.isEmpty)
  }

  @Test func `the last word counts, whatever its case`() {
    var rejections = Rejections()
    #expect(rejections.isEmpty)
    rejections.note("Teh", "The", isRejected: true)
    #expect(rejections.contains("teh", "THE") && rejections.count == 1)
    #expect(!rejections.contains("the", "teh"))
    rejections.note("TEH", "the", isRejected: false)
    #expect(rejections.isEmpty)
  }

  @Test func `splits and joins are rejected like others`() throws {
    var rejections = Rejections()
    rejections.note("alot", "a lot", isRejected: true)
    rejections.note("refri gerator", "refrigerator", isRejected: true)
    let speller = Speller(language: "en", rejections: rejections)
    let answer = try speller.correct("alot of refri gerator", threshold: 0)
    #expect(!answer.changes.contains { $0.replacement == "a lot" })
    #expect(!answer.changes.contains { $0.kind == .joined })
  }
}
