import Testing

@testable import TextAnalysis

@Suite struct StemmerTests {
  @Test(arguments: [
    ("en", "running", "run"), ("en-US", "orders", "order"), ("German", "häusern", "haus"),
    ("fr", "continuellement", "continuel"), ("ru", "книгами", "книг"), ("es", "corriendo", "corr"),
    ("tr", "kitaplar", "kitap"), ("hi", "किताबें", "किताब"), ("ar", "المدرسة", "مدرس"),
  ])
  func `words are cut to their stems`(language: String, word: String, stem: String) throws {
    let stemmer = Stemmer(try #require(StemmingLanguage(language)))
    var found: [UInt8] = []
    stemmer.append(Array(word.utf8).span, to: &found)
    #expect(String(decoding: found, as: UTF8.self) == stem)
  }

  @Test func `every language that is named has its algorithm`() {
    for tag in "ar hy eu ca da nl en fi fr de el hi hu id ga it lt ne no pt ro ru sr es sv ta tr yi"
      .split(separator: " ")
    {
      #expect(StemmingLanguage(String(tag)).map { Stemmer($0).language.algorithm.isEmpty } == false)
    }
    #expect(StemmingLanguage("zh") == nil)
    #expect(StemmingLanguage("") == nil)
  }

  @Test func `any bytes have a stem`() {
    let stemmer = Stemmer(.english)
    for _ in 0..<5_000 {
      let word = (0..<Int.random(in: 0...200)).map { _ in UInt8.random(in: 0...255) }
      var stem: [UInt8] = []
      stemmer.append(word.span, to: &stem)
      #expect(stem.count <= word.count + 8)
    }
  }
}
