import CEpollEcho
import Glibc
import Platform
import RPC
import Synchronization

/// A C call that failed.
struct CallFailed: Error, CustomStringConvertible {
  let description: String
  init(_ call: String) { description = "\(call): errno \(errno)" }
}

/// Times exchanges of frames with any server, from C, and runs the bare one.
struct Driver {
  /// Exchanges that are timed; a tenth as many go before them.
  let count: Int
  /// How the clients wait for answers.
  var waiting = Waiting.poll

  /// One request's bytes and its reply's size.
  struct Load {
    let name: String
    let request: [UInt8]
    let replyByteCount: Int
  }

  /// The server in C that answers every frame with one of `replyByteCount` bytes.
  func bare(
    _ load: Load, _ placement: Placement, _ connections: Int
  ) throws -> (LatencyHistogram, Double) {
    let path = "/tmp/rpc-bench-\(UUID.random()).sock"
    let stop = ce_make_stop()
    defer { close(stop) }
    let replyByteCount = load.replyByteCount
    let server = Thread.spawn(name: "bare-echo") {
      _ = ce_pin(placement.server)
      var ready: Int32 = 0
      if unsafe ce_serve(path, replyByteCount, &ready, stop) != 0 { print(CallFailed("ce_serve")) }
    }
    defer {
      ce_stop(stop)
      server.join()
    }
    return try drive(load, placement, path, connections, greeting: nil)
  }

  /// Drives the server at `path` with one C client a connection, each on a thread of its own.
  func drive(
    _ load: Load, _ placement: Placement, _ path: String, _ connections: Int, greeting: [UInt8]?
  ) throws -> (LatencyHistogram, Double) {
    let each = count / connections
    let results = Mutex<(times: LatencyHistogram, failure: CallFailed?)>((LatencyHistogram(), nil))
    let begin = Mutex(UInt64.max)
    let threads = (0..<connections).map { _ in
      Thread.spawn(name: "bench-client") {
        _ = ce_pin(placement.client)
        do throws(CallFailed) {
          let socket = try Self.connect(path)
          defer { close(socket) }
          if let greeting {
            var reply = [UInt8](repeating: 0, count: 4_096)
            guard unsafe ce_exchange(socket, greeting, greeting.count, &reply, reply.count) > 0
            else { throw CallFailed("hello") }
          }
          // Caches, branch predictors and the spin policy settle first.
          _ = try measure(load, socket, each / 10)
          begin.withLock { $0 = min($0, Clock.monotonicNanoseconds) }
          let times = try measure(load, socket, each)
          results.withLock { for time in times { $0.times.record(time) } }
        } catch { results.withLock { $0.failure = error } }
      }
    }
    for thread in threads { thread.join() }
    let seconds = Double(Clock.monotonicNanoseconds - begin.withLock { $0 }) / 1e9
    let (times, failure) = results.withLock { $0 }
    if let failure { throw failure }
    return (times, Double(each * connections) / seconds)
  }

  private static func connect(_ path: String) throws(CallFailed) -> Int32 {
    for _ in 0..<1_000 {
      let socket = unsafe ce_connect(path)
      if socket >= 0 { return socket }
      Thread.sleep(milliseconds: 1)
    }
    throw CallFailed("connect")
  }

  private func measure(
    _ load: Load, _ socket: Int32, _ count: Int
  ) throws(CallFailed) -> [UInt64] {
    var times = [UInt64](repeating: 0, count: count)
    let code = unsafe ce_drive(
      socket, load.request, load.request.count, count, waiting == .poll ? 1 : 0, &times)
    guard code == 0 else { throw CallFailed("exchange") }
    return times
  }

  // MARK: Frames, as any client of WIRE.md would write them

  static func frame<Message: ProtoMessage>(
    _ method: Method, _ message: Message
  ) -> [UInt8] {
    frame(kind: 2, method: UInt16(method.rawValue), id: 1, message.encoded())
  }

  static func hello(business: String = "") -> [UInt8] {
    let message = HelloRequest(
      magic: Array("KNW1".utf8), versionLowest: 1, versionHighest: 1, business: business,
      client: "bench")
    return frame(kind: 1, method: 0, id: 0, message.encoded())
  }

  private static func frame(kind: UInt8, method: UInt16, id: UInt32, _ message: [UInt8]) -> [UInt8]
  {
    var writer = ByteWriter()
    writer.append(UInt32(16 + message.count))
    writer.append(1 as UInt8)
    writer.append(kind)
    writer.append(method)
    writer.append(id)
    writer.append(0 as UInt32)
    writer.append(0 as UInt32)
    writer.append(message)
    return writer.bytes
  }
}
