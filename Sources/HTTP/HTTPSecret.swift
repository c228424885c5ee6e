import Platform

/// Why a text cannot be a key: what is wrong, and what to do. Holds nothing of it.
public struct InvalidHTTPSecret: Error, Equatable, Sendable, CustomStringConvertible {
  /// The error in words.
  public let description: String
}

/// A key that must not be seen: it goes into a request's header and nowhere else.
public struct HTTPSecret: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  private let value: String

  /// - Parameter text: The key; white space around it is no part of it.
  /// - Throws: ``InvalidHTTPSecret`` where it is empty or holds what no header can.
  public init(_ text: String) throws(InvalidHTTPSecret) {
    var text = text[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    guard !text.isEmpty else {
      throw InvalidHTTPSecret(description: "the key is empty; set it")
    }
    guard text.utf8.count <= 4096, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw InvalidHTTPSecret(
        description:
          "the key holds a space, a control character or one outside ASCII; copy it again")
    }
    value = String(text)
  }

  /// Reads the key from a file that holds nothing else.
  ///
  /// - Throws: ``InvalidHTTPSecret`` where the file cannot be read or holds no key.
  public init(file path: String) throws(InvalidHTTPSecret) {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try FileSystem.readAll(path, limit: 64 << 10) } catch {
      throw InvalidHTTPSecret(description: "the key cannot be read: \(error); check the file")
    }
    try self.init(String(decoding: bytes, as: UTF8.self))
  }

  /// The header line that carries the key.
  ///
  /// - Parameters:
  ///   - name: The header's name.
  ///   - scheme: What stands before the key, such as `Bearer`; nil for the key alone.
  public func header(_ name: String, scheme: String? = nil) -> HTTPRequest.Header {
    HTTPRequest.Header(name, scheme.map { "\($0) \(value)" } ?? value)
  }

  /// `text` with `…` wherever the key stood in it, for what a server may repeat.
  public func redacted(from text: String) -> String {
    text.replacing(value, with: "…")
  }

  /// Nothing of the key.
  public var description: String { "key" }
  /// Nothing of the key.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
