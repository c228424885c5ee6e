import HTTP
import Platform
import Synchronization
import TestSupport

@testable import ModelFetch

/// Serves files with ranges and entity tags, as web servers do.
enum FileServer {
  typealias Response = LocalHTTPServer.Response
  typealias Request = LocalHTTPServer.Request

  /// The answer for bytes of which a part may be asked for.
  static func answer(_ request: Request, _ bytes: [UInt8], tag: String? = "\"v1\"") -> Response {
    var response = Response()
    if let tag { response.headers.append(("ETag", tag)) }
    let range = request["range"].flatMap { range -> Int? in
      guard range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
      return Int(range.dropFirst(6).dropLast())
    }
    guard let start = range, request["if-range"] == nil || request["if-range"] == tag else {
      response.body = bytes
      return response
    }
    guard start < bytes.count else {
      response.status = 416
      response.headers.append(("Content-Range", "bytes */\(bytes.count)"))
      return response
    }
    response.status = 206
    response.headers.append(
      ("Content-Range", "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"))
    response.body = Array(bytes[start...])
    return response
  }

  /// A fetcher that pauses never, and remembers how long it would have.
  static func fetcher(
    _ folder: TestFolder, hub: String = "http://127.0.0.1:1", token: String? = nil,
    cancellation: HTTPCancellation = HTTPCancellation(), pauses: Pauses = Pauses(),
    progress: @escaping @Sendable (FetchProgress) -> Void = { _ in }
  ) -> ModelFetcher {
    ModelFetcher(
      store: ModelStore(dataDirectory: folder.path), hubURL: hub, hubToken: token,
      cancellation: cancellation, retries: HTTPRetryPolicy(attemptLimit: 4),
      clock: HTTPClock(
        nowMilliseconds: { 0 }, wallSeconds: { 0 },
        pause: { milliseconds, _ in pauses.add(milliseconds) },
        random: { $0.upperBound }), progress: progress)
  }

  final class Pauses: Sendable {
    private let state = Mutex<[Int]>([])
    var all: [Int] { state.withLock { $0 } }
    func add(_ milliseconds: Int) { state.withLock { $0.append(milliseconds) } }
  }

  static func failure(_ body: () throws(ModelFetchError) -> Void) -> ModelFetchError? {
    do throws(ModelFetchError) {
      try body()
      return nil
    } catch { return error }
  }
}
