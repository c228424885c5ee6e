import Platform

/// A place in a file that does not hold what it must.
public struct FileFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, with its directory.
  public let path: String
  /// The byte at which the check failed; 0 for a fault of the whole file.
  public let byteOffset: Int
  /// What is wrong there.
  public let reason: String

  /// - Parameters:
  ///   - path: The file, with its directory.
  ///   - byteOffset: The byte at which the check failed.
  ///   - reason: What is wrong there.
  public init(path: String, byteOffset: Int, reason: String) {
    self.path = path
    self.byteOffset = byteOffset
    self.reason = reason
  }

  /// `path, byte 4096: the checksum of the block differs`.
  public var description: String { "\(path), byte \(byteOffset): \(reason)" }
}

/// Why the store refused something.
public enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kernel refused a call; nothing was changed.
  case system(SystemError)
  /// Another process has the directory open.
  case locked(directory: String)
  /// The store was closed.
  case closed
  /// A collection name outside `[a-z0-9_-]{1,64}`.
  case invalidName(String)
  /// A dimension outside `1...Limits.dimension`, or an empty or overlong model name.
  case invalidConfiguration(String)
  /// The collection exists with another model or dimension; re-embed it, or use its own.
  case modelMismatch(
    collection: CollectionKey, stored: CollectionConfiguration, requested: CollectionConfiguration)
  /// A vector with the wrong number of components; `entry` is nil for a query.
  case dimensionMismatch(entry: UUID?, expected: Int, actual: Int)
  /// A component that is infinite or not a number; `entry` is nil for a query.
  case notFinite(entry: UUID?, component: Int)
  /// A vector without direction: all components are zero; `entry` is nil for a query.
  case zeroVector(entry: UUID?)
  /// Text or metadata of an entry past ``Limits``.
  case entryTooLarge(entry: UUID, byteCount: Int, limit: Int)
  /// Spans of chunks that are not 2 to `Limits.chunkCount` ranges within the content, in order.
  case invalidSpans(entry: UUID, reason: String)
  /// More results, or a deeper filter, than ``Limits`` allows.
  case requestOutOfRange(what: String, value: Int, limit: Int)
  /// A recall target outside 0...1.
  case invalidRecallTarget(Double)
  /// A false-answer rate that is not greater than 0 and at most 0.5.
  case invalidFalseAnswerRate(Double)
  /// A field's weight outside 0 (without it) to `Limits.fieldWeight`, or a part's outside 0...1.
  case invalidWeight(Double)
  /// A filter that compares with what is not a number.
  case invalidFilter(String)
  /// A file of the collection is damaged: it has been set aside and must be rebuilt.
  case damaged(collection: CollectionKey, fault: FileFault)
  /// The disk refused writes until memory for unsealed rows ran out; searches go on.
  case parked(collection: CollectionKey, reason: SystemError)
  /// The collection was removed.
  case removed(CollectionKey)
  /// Something stands where a copy is to be made.
  case occupied(path: String)
  /// A file does not hold what it must (outside any collection).
  case invalidFile(FileFault)

  /// What happened and what to do next; free of stored contents.
  public var description: String {
    switch self {
    case .system(let error): return error.description
    case .locked(let directory):
      return "\(directory) is in use by another process: stop it, or choose another directory"
    case .closed: return "the store is closed"
    case .invalidName(let name):
      return "collection name \"\(name)\" is not 1 to \(Limits.nameByteCount) of a-z 0-9 _ -"
    case .invalidConfiguration(let reason): return reason
    case .modelMismatch(let collection, let stored, let requested):
      return "collection \(collection) holds \(stored), not \(requested):"
        + " use its model, or rebuild it with the new one"
    case .dimensionMismatch(let entry, let expected, let actual):
      return "\(Self.subject(entry)) has \(actual) components; the collection takes \(expected)"
    case .notFinite(let entry, let component):
      return "\(Self.subject(entry)) has a component \(component) that is not a finite number"
    case .zeroVector(let entry): return "\(Self.subject(entry)) has no direction: it is zero"
    case .entryTooLarge(let entry, let byteCount, let limit):
      return "entry \(entry) has \(byteCount) bytes of text; the limit is \(limit)"
    case .invalidSpans(let entry, let reason):
      return "the chunks of entry \(entry) are not those of its content: \(reason)"
    case .requestOutOfRange(let what, let value, let limit):
      return "\(what) is \(value); it must be 1 to \(limit)"
    case .invalidRecallTarget(let value):
      return "the recall target is \(value); it must be 0 to 1, where 1 is exact"
    case .invalidFalseAnswerRate(let value):
      return "the false-answer rate is \(value); it must be greater than 0 and at most"
        + " \(Relevance.greatestFalseAnswerRate)"
    case .invalidWeight(let value):
      return "a weight is \(value); a field's must be greater than 0 and at most"
        + " \(Limits.fieldWeight), that of words beside meaning 0 to 1"
    case .invalidFilter(let reason): return "the filter cannot be applied: \(reason)"
    case .damaged(let collection, let fault):
      return "collection \(collection) is damaged and was set aside; rebuild it (\(fault))"
    case .parked(let collection, let reason):
      return "collection \(collection) takes no more writes until the disk does (\(reason))"
    case .removed(let collection): return "collection \(collection) was removed"
    case .occupied(let path):
      return "\(path) is taken: nothing is overwritten, so name a directory that is not there yet"
    case .invalidFile(let fault): return fault.description
    }
  }

  private static func subject(_ entry: UUID?) -> String {
    entry.map { "the vector of entry \($0)" } ?? "the query vector"
  }

  /// Runs file calls, with their errors as ``system(_:)``.
  static func wrapping<Value: ~Copyable>(
    _ body: () throws(SystemError) -> Value
  ) throws(StoreError) -> Value {
    do { return try body() } catch { throw .system(error) }
  }
}
