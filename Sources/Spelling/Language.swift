/// The first part of a language tag, and what of its spelling is special.
struct Language: Equatable, Sendable {
  /// Lower case, at most eight letters; empty where the tag is none.
  let code: String

  init(tag: String) {
    var letters: [UInt8] = []
    for byte in tag.utf8 {
      if byte == 0x2D || byte == 0x5F { break }
      let lower = byte | 0x20
      guard 0x61...0x7A ~= lower, letters.count < 8 else {
        letters = []
        break
      }
      letters.append(lower)
    }
    code = String(decoding: letters, as: UTF8.self)
  }

  /// Whether `i` and `ı` are two letters.
  var hasDotlessI: Bool { code == "tr" || code == "az" }
}
