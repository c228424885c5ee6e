import HTTP
import Platform

/// Why a model was not fetched or cannot be described: for a person, with what to do next.
public struct ModelFetchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Whose fault it is.
  public enum Code: Equatable, Sendable {
    /// The words that name the model, or a flag.
    case usage
    /// The server does not answer, now.
    case unreachable
    /// The server or the disk refuses.
    case refused
    /// What came, or what stands there, is no model or not the one that was asked for.
    case damaged
    /// Another fetch of the same model is under way.
    case busy
    /// Somebody asked to stop.
    case interrupted
  }

  /// Whose fault it is.
  public let code: Code
  /// What happened, in one sentence without a full stop.
  public let message: String
  /// What to do next; empty where there is nothing to advise.
  public let remedy: String

  init(_ code: Code, _ message: String, remedy: String = "") {
    self.code = code
    self.message = message
    self.remedy = remedy
  }

  /// Both sentences.
  public var description: String { remedy.isEmpty ? message : "\(message); \(remedy)" }

  /// A system call that failed, while `bytes` more were to be written.
  init(_ error: SystemError, needing byteCount: Int? = nil) {
    guard error.isOutOfSpace else {
      self.init(.refused, "\(error)", remedy: "check the data directory and its owner")
      return
    }
    let need = byteCount.map { " (\($0 / 1_000_000 + 1) MB more are needed)" } ?? ""
    self.init(
      .refused, "the disk is full\(need): \(error)",
      remedy: "free room and repeat the command: it goes on where it stopped")
  }

  init(_ error: HTTPError) {
    let code: Code =
      switch error.code {
      case .cancelled, .stopped: .interrupted
      case .invalidRequest: .usage
      case .tooLarge, .redirects, .tls: .refused
      default: .unreachable
      }
    self.init(
      code, "\(error)",
      remedy: code == .unreachable || code == .interrupted
        ? "repeat the command: it goes on where it stopped" : "")
  }

  init(_ error: ArchiveError, in path: String) {
    switch error {
    case .file(let error): self.init(error)
    case .damaged, .unsupported:
      self.init(
        .damaged, "the archive \(path) cannot be read: \(error)",
        remedy: "check that the URL names a .zip, .whl, .tar.gz or .tgz of a model")
    }
  }
}

/// Runs a body of system calls.
func system<Value: ~Copyable>(
  needing byteCount: Int? = nil, _ body: () throws(SystemError) -> Value
) throws(ModelFetchError) -> Value {
  do throws(SystemError) { return try body() } catch {
    throw ModelFetchError(error, needing: byteCount)
  }
}
