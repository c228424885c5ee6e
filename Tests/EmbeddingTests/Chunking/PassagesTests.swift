import Testing

@testable import Embedding

/// How entries become the texts that are embedded.
@Suite struct PassagesTests {
  private let size = ChunkSize(tokenLimit: 64, tokenCount: ChunkSplitterTests.words)

  @Test(arguments: ["", " ", "Open daily from nine to five.", "短い文。", "\n\n# A heading\n"])
  func `a short entry is one text as it ever was`(_ content: String) {
    let passages = Passages(title: "Hours", keywords: ["open"], content: content, size: size)
    #expect(
      passages.texts == [PassageText.make(title: "Hours", keywords: ["open"], content: content)])
    #expect(passages.spans.isEmpty)
    #expect(!passages.isCut)
  }

  @Test func `every chunk begins with what names the entry`() {
    let content = (0..<40).map { "Sentence number \($0) says a little. " }.joined()
    let passages = Passages(title: "Manual", keywords: ["help"], content: content, size: size)
    #expect(passages.spans.count > 3)
    #expect(passages.texts.count == passages.spans.count)
    let bytes = Array(content.utf8)
    for (text, span) in zip(passages.texts, passages.spans) {
      #expect(text == "Manual, help\n" + String(decoding: bytes[span], as: UTF8.self))
      #expect(size.tokenCount(text) <= size.tokenLimit)
    }
  }

  @Test func `a name longer than a passage leaves half to the content`() {
    let title = Array(repeating: "title", count: 500).joined(separator: " ")
    let content = Array(repeating: "word", count: 500).joined(separator: " ")
    let passages = Passages(title: title, content: content, size: size)
    #expect(passages.spans.count > 10)
    for text in passages.texts {
      #expect(size.tokenCount(text) <= size.tokenLimit)
      #expect(text.hasPrefix("title title"))
      #expect(text.hasSuffix("word"))
    }
  }

  @Test func `more than the limit is left out and said`() {
    let content = Array(repeating: "a b c.", count: 20_000).joined(separator: " ")
    let small = ChunkSize(tokenLimit: 16, tokenCount: ChunkSplitterTests.words)
    let passages = Passages(title: "", content: content, size: small)
    #expect(passages.isCut)
    #expect(passages.spans.count == Passages.chunkLimit)
    let whole = Passages(title: "", content: String(content.prefix(5_000)), size: small)
    #expect(!whole.isCut)
  }

  @Test func `the estimate fits a megabyte of latin text`() {
    let content = String(repeating: "The quick brown fox jumps over the lazy dog. ", count: 23_302)
    let passages = Passages(title: "Fox", content: content, size: .estimated)
    #expect(!passages.isCut)
    #expect(passages.spans.last?.upperBound == content.utf8.count - 1)
  }

  @Test func `a text of few tokens and many bytes is cut all the same`() {
    // A model that takes a word of any length for one token.
    let content = String(repeating: "x", count: 100_000)
    let passages = Passages(title: "", content: content, size: size)
    #expect(passages.spans.allSatisfy { $0.count <= 64 * ChunkSize.tokenByteCount })
    #expect(passages.spans.last?.upperBound == 100_000)
  }
}
