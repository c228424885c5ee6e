import CStemmer

/// A language whose words have a stemmer.
public struct StemmingLanguage: Hashable, Sendable {
  /// The name of the algorithm in libstemmer.
  public let algorithm: String

  /// English, of which most catalogues are.
  public static let english = StemmingLanguage(algorithm: "english")

  private init(algorithm: String) { self.algorithm = algorithm }

  /// The language of a tag such as `de`, `pt-BR` or `en_US`, or of an English name such as
  /// `German`; nil where there is no stemmer for it.
  public init?(_ tag: String) {
    let folded = TextFolding.fold(tag)
    let primary = String(folded.prefix { $0 != "-" && $0 != "_" })
    if let algorithm = Self.algorithms[primary] {
      self.algorithm = algorithm
    } else if Self.algorithms.values.contains(folded) {
      algorithm = folded
    } else {
      return nil
    }
  }

  /// Algorithms by the codes of ISO 639-1 and 639-2.
  private static let algorithms: [String: String] = {
    let names = [
      "ar ara": "arabic", "hy hye arm": "armenian", "eu eus baq": "basque", "ca cat": "catalan",
      "da dan": "danish", "nl nld dut": "dutch", "en eng": "english", "fi fin": "finnish",
      "fr fra fre": "french", "de deu ger": "german", "el ell gre": "greek", "hi hin": "hindi",
      "hu hun": "hungarian", "id ind": "indonesian", "ga gle": "irish", "it ita": "italian",
      "lt lit": "lithuanian", "ne nep": "nepali", "no nb nn nor nob nno": "norwegian",
      "pt por": "portuguese", "ro ron rum": "romanian", "ru rus": "russian",
      "sr srp": "serbian", "es spa": "spanish", "sv swe": "swedish", "ta tam": "tamil",
      "tr tur": "turkish", "yi yid": "yiddish",
    ]
    var algorithms: [String: String] = [:]
    for (codes, name) in names {
      for code in codes.split(separator: " ") { algorithms[String(code)] = name }
    }
    return algorithms
  }()
}

/// Reduces words of one language to their stems, by the algorithms of Snowball.
///
/// `@safe` holds because `handle` is this value's own from `init` to `deinit`.
///
/// - Source: snowballstem.org, libstemmer 2.2.
@safe public struct Stemmer: ~Copyable {
  /// What it stems.
  public let language: StemmingLanguage
  @unsafe private let handle: OpaquePointer

  /// - Precondition: libstemmer has the algorithm, and memory is left.
  public init(_ language: StemmingLanguage) {
    self.language = language
    guard let handle = unsafe sb_stemmer_new(language.algorithm, nil) else {
      preconditionFailure("libstemmer has no algorithm for \(language.algorithm)")
    }
    unsafe self.handle = handle
  }

  deinit { unsafe sb_stemmer_delete(handle) }

  /// Appends the stem of a word, not yet folded.
  ///
  /// - Parameter word: UTF-8 in lower case, with its marks; see ``WordTokens/Token/loweredRange``.
  /// - Complexity: about 0.3 µs for an English word.
  public func append(_ word: Span<UInt8>, to stem: inout [UInt8]) {
    unsafe word.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress,
        let found = unsafe sb_stemmer_stem(
          handle, base, Int32(truncatingIfNeeded: min(bytes.count, WordTokens.wordByteLimit)))
      else { return }
      let count = Int(unsafe sb_stemmer_length(handle))
      unsafe stem.append(contentsOf: UnsafeBufferPointer(start: found, count: max(0, count)))
    }
  }
}
