import CWordLists
import Synchronization

extension WordList {
  /// Languages whose lists are built in.
  public static let languages = ["de", "en", "es", "fr"]

  private static let made = Mutex<[String: WordList]>([:])

  /// The built-in list of a language, made at its first use; nil where there is none.
  ///
  /// - Parameter language: A lower-case code such as `en`.
  /// - Complexity: the first call of a language takes about 0.1 s, others wait for it.
  public static func shared(_ language: String) -> WordList? {
    guard languages.contains(language) else { return nil }
    return made.withLock { made in
      if let list = made[language] { return list }
      guard let bytes = builtIn(language) else { return nil }
      do {
        let list = try WordList(bytes)
        made[language] = list
        return list
      } catch {
        preconditionFailure("the built-in list of \(language): \(error)")
      }
    }
  }

  /// The bytes of a built-in list.
  static func builtIn(_ language: String) -> [UInt8]? {
    var count = 0
    guard let start = unsafe cw_words(language, &count) else { return nil }
    return unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  }
}
