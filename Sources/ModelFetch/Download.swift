import HTTP
import Platform

/// What a download may be checked against.
struct Expectation: Sendable, Equatable {
  /// 32 bytes; nil where nobody knows.
  var sha256: [UInt8]?
  /// Nil where nobody knows.
  var byteCount: Int?
}

/// How far a fetch is.
public struct FetchProgress: Sendable, Equatable {
  /// The file that is being fetched.
  public let file: String
  /// Bytes that are there, those of an earlier attempt included.
  public let byteCount: Int
  /// Bytes of the whole file; nil where the server does not say.
  public let totalByteCount: Int?
}

/// Brings one file at a time onto the disk, going on where an earlier attempt stopped.
///
/// The bytes grow in `PATH.part`; beside it `PATH.tag` holds the server's entity tag. A part is
/// continued only where the tag is strong, or where the whole is checked against a SHA-256;
/// `If-Range` makes the server begin anew where its file has changed (RFC 9110, section 13.1.5).
struct Download: Sendable {
  static let byteLimit = 64 << 30

  let client = HTTPClient(idleLimit: 2)
  let clock: HTTPClock
  let retries: HTTPRetryPolicy
  let cancellation: HTTPCancellation
  let authoritiesPath: String?
  let progress: @Sendable (FetchProgress) -> Void

  /// What came of a fetch that did not fail.
  enum Fetched {
    /// The file is there; the answer's head, where there was an answer with it.
    case present(HTTPHead?)
    /// The server has no such file, and it is optional.
    case missing
  }

  /// How an attempt ended that did not fail for good.
  private enum Outcome {
    case complete(HTTPHead?)
    case missing
    /// To be tried again, after what the server asked for.
    case failed(ModelFetchError, retryAfterMilliseconds: Int?)
  }

  /// Fetches `url` to `path`.
  ///
  /// - Parameters:
  ///   - headers: To send along.
  ///   - isOptional: Whether the server may not have it.
  /// - Throws: ``ModelFetchError``; what has come stays for the next attempt.
  func fetch(
    _ url: String, headers: [HTTPRequest.Header] = [], to path: String,
    expecting expectation: Expectation = Expectation(), isOptional: Bool = false
  ) throws(ModelFetchError) -> Fetched {
    if FileSystem.exists(path) { return .present(nil) }
    var failures = 0
    var hasBegunAnew = false
    while true {
      let before = partByteCount(path)
      let error: ModelFetchError
      var pause: Int?
      switch try attempt(url, headers, path, expectation, isOptional: isOptional) {
      case .missing:
        try discard(path)
        if isOptional { return .missing }
        throw ModelFetchError(
          .refused, "\(shown(url)) does not exist", remedy: "check the name, or the URL")
      case .complete(let head):
        guard let mismatch = try mismatch(path, expectation) else {
          try keep(path)
          return .present(head)
        }
        try discard(path)
        // What was put together from several answers may just have been put together wrongly.
        guard before > 0, !hasBegunAnew else { throw mismatch }
        hasBegunAnew = true
        continue
      case .failed(let failure, let wait):
        error = failure
        pause = wait
      }
      if cancellation.isCancelled { throw error }
      // A transfer that gets on may be cut off as often as it likes.
      if partByteCount(path) > before { failures = 0 }
      failures += 1
      guard failures < retries.attemptLimit else { throw error }
      clock.pause(
        (pause ?? 0) + retries.pauseMilliseconds(afterFailures: failures, clock: clock),
        cancellation)
    }
  }

  // MARK: One request

  private func attempt(
    _ url: String, _ headers: [HTTPRequest.Header], _ path: String, _ expectation: Expectation,
    isOptional: Bool
  ) throws(ModelFetchError) -> Outcome {
    let part = path + ".part"
    let file = try system { () throws(SystemError) in try File(path: part, mode: .readWrite) }
    var start = try system { () throws(SystemError) in try file.byteCount() }
    let tag = strongTag(path)
    if tag == nil && expectation.sha256 == nil { start = 0 }
    var request = HTTPRequest(url)
    request.headers = headers
    if start > 0 {
      request.headers.append(.init("Range", "bytes=\(start)-"))
      if let tag { request.headers.append(.init("If-Range", tag)) }
    }
    request.redirectLimit = 10
    request.bodyByteLimit = Self.byteLimit
    request.authoritiesPath = authoritiesPath
    request.timeouts = .init(connectMilliseconds: 15_000, totalMilliseconds: nil, idleSeconds: 60)

    var offset = start
    var isBegun = false
    var refusal: ModelFetchError?
    var ignoredByteCount = 0
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let head: HTTPHead
    do throws(HTTPError) {
      head = try client.stream(request, cancellation: cancellation) { head, bytes in
        guard head.status == 200 || head.status == 206 else {
          // The page of an error; it may have no end.
          ignoredByteCount += bytes.byteCount
          if ignoredByteCount > 1 << 20 { refusal = status(head.status, url) }
          return refusal == nil
        }
        do throws(ModelFetchError) {
          if !isBegun {
            offset = try begin(head, start: start, file, path)
            isBegun = true
          }
          try system(needing: total(head).map { $0 - offset }) { () throws(SystemError) in
            try file.write(bytes, at: offset)
          }
        } catch {
          refusal = error
          return false
        }
        offset += bytes.byteCount
        progress(FetchProgress(file: name, byteCount: offset, totalByteCount: total(head)))
        return true
      }
    } catch {
      if let refusal { throw refusal }
      guard error.isTransient else { throw ModelFetchError(error) }
      return .failed(ModelFetchError(error), retryAfterMilliseconds: nil)
    }
    switch head.status {
    case 200, 206:
      if !isBegun { offset = try begin(head, start: start, file, path) }
      if let total = total(head), total != offset {
        return .failed(
          ModelFetchError(
            .unreachable, "\(shown(url)) came with \(offset) of \(total) bytes",
            remedy: "repeat the command: it goes on where it stopped"),
          retryAfterMilliseconds: nil)
      }
      try system { () throws(SystemError) in try file.sync() }
      return .complete(head)
    case 416:
      // All of it is there already, or more than there is.
      if total(head) == start { return .complete(nil) }
      try system { () throws(SystemError) in try file.truncate(to: 0) }
      return .failed(status(416, url), retryAfterMilliseconds: nil)
    case 404, 410: return .missing
    // Object stores say so of what is not there.
    case 401, 403: if isOptional { return .missing } else { throw status(head.status, url) }
    case _ where HTTPRetryPolicy.isTransient(status: head.status):
      return .failed(
        status(head.status, url), retryAfterMilliseconds: head.retryAfterMilliseconds(clock: clock))
    default: throw status(head.status, url)
    }
  }

  /// Prepares the part for what the server sends.
  ///
  /// - Returns: Where its first byte goes.
  private func begin(
    _ head: HTTPHead, start: Int, _ file: borrowing File, _ path: String
  ) throws(ModelFetchError) -> Int {
    if head.status == 206 {
      guard start > 0, let range = head["content-range"], range.hasPrefix("bytes \(start)-") else {
        throw ModelFetchError(
          .refused, "the server sends another part of the file than it was asked for",
          remedy: "remove \(path).part and repeat the command")
      }
      return start
    }
    try system { () throws(SystemError) in try file.truncate(to: 0) }
    let tag = head["etag"] ?? ""
    try system { () throws(SystemError) in
      try FileSystem.replace(path + ".tag", with: Array(tag.utf8))
    }
    return 0
  }

  /// The size of the whole file, as the answer says it.
  private func total(_ head: HTTPHead) -> Int? {
    if let range = head["content-range"] {
      return range.split(separator: "/").last.flatMap { Int($0) }
    }
    return head.status == 200 ? head["content-length"].flatMap { Int($0) } : nil
  }

  private func status(_ status: Int, _ url: String) -> ModelFetchError {
    switch status {
    case 401, 403:
      ModelFetchError(
        .refused, "\(shown(url)) may not be read (HTTP \(status))",
        remedy: "check the name; for a private or gated model of a hub set HF_TOKEN")
    case _ where HTTPRetryPolicy.isTransient(status: status):
      ModelFetchError(
        .unreachable, "\(shown(url)) cannot be had now (HTTP \(status))",
        remedy: "repeat the command later: it goes on where it stopped")
    default:
      ModelFetchError(
        .refused, "\(shown(url)) cannot be had (HTTP \(status))", remedy: "check the URL")
    }
  }

  /// A URL without its query, which may hold a signature.
  private func shown(_ url: String) -> String {
    HTTPURL(url).map { $0.origin + $0.path } ?? "the URL"
  }

  // MARK: The part

  private func partByteCount(_ path: String) -> Int {
    (try? FileSystem.byteCount(of: path + ".part")) ?? 0
  }

  /// The tag of the part's file, where it promises the same bytes.
  private func strongTag(_ path: String) -> String? {
    guard let bytes = try? FileSystem.readAll(path + ".tag", limit: 1024) else { return nil }
    let tag = String(decoding: bytes, as: UTF8.self)
    let isStrong = tag.count > 2 && tag.hasPrefix("\"") && tag.hasSuffix("\"")
    return isStrong && tag.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? tag : nil
  }

  private func mismatch(
    _ path: String, _ expectation: Expectation
  ) throws(ModelFetchError) -> ModelFetchError? {
    let size = partByteCount(path)
    if let expected = expectation.byteCount, expected != size {
      return ModelFetchError(
        .damaged, "\(path) has \(size) bytes and should have \(expected)",
        remedy: "somebody changed it: check where it comes from")
    }
    guard let expected = expectation.sha256 else { return nil }
    let actual = try FileDigest.sha256(path + ".part")
    guard actual != expected else { return nil }
    return ModelFetchError(
      .damaged,
      "\(path) has the SHA-256 \(hexadecimal(actual)) and should have \(hexadecimal(expected))",
      remedy: "somebody changed it: check where it comes from")
  }

  private func keep(_ path: String) throws(ModelFetchError) {
    try system { () throws(SystemError) in
      try FileSystem.rename(path + ".part", to: path)
      try FileSystem.remove(path + ".tag")
      try FileSystem.syncDirectory(FileSystem.directory(of: path))
    }
  }

  private func discard(_ path: String) throws(ModelFetchError) {
    try system { () throws(SystemError) in
      try FileSystem.remove(path + ".part")
      try FileSystem.remove(path + ".tag")
    }
  }
}

enum FileDigest {
  /// The SHA-256 of a file, read piece by piece.
  static func sha256(_ path: String) throws(ModelFetchError) -> [UInt8] {
    try system { () throws(SystemError) in
      let file = try File(path: path, mode: .read)
      var digest = SHA256()
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      var offset = 0
      while true {
        let count = try file.read(into: &buffer, at: offset)
        if count == 0 { break }
        if count < buffer.count { buffer.removeLast(buffer.count - count) }
        unsafe digest.update(buffer.span.bytes)
        offset += count
        if buffer.count < 1 << 20 { break }
      }
      return digest.finish()
    }
  }
}
