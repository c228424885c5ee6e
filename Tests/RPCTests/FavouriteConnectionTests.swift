import Glibc
import Platform
import Synchronization
import Testing

@testable import RPC

/// A loop reads the connection that was last ready without asking epoll; nobody may lose by that.
@Suite struct FavouriteConnectionTests {
  @Test func `a connection that always has a request does not starve its neighbour`() throws {
    let server = try TestServer { $0.threadCount = 1 }
    let peer = try RawPeer.admitted(server.path)
    let descriptor = peer.channel.descriptor
    let answered = Atomic(0)
    // One thread sends as fast as the server reads, so that there is always something to read;
    // another takes the answers.
    let frames = (1...2_000).flatMap { Self.ping(UInt32($0)) }
    let threads = [
      Thread.spawn(name: "sender") {
        var sent = 0
        while true {
          let count = frames.withUnsafeBytes {
            send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
          }
          guard count > 0 || errno == EAGAIN else { return }
          if count > 0 { sent = (sent + count) % frames.count }
          if count < 0 { _ = try? Socket.wait(descriptor, Int16(POLLOUT), milliseconds: 1_000) }
        }
      },
      Thread.spawn(name: "reader") {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while (try? Socket.wait(descriptor, Int16(POLLIN), milliseconds: 1_000)) != nil {
          let count = buffer.withUnsafeMutableBytes {
            recv(descriptor, $0.baseAddress, $0.count, 0)
          }
          if count == 0 { return }
          answered.wrappingAdd(max(0, count), ordering: .relaxed)
        }
      },
    ]
    defer {
      shutdown(descriptor, Int32(SHUT_RDWR))
      for thread in threads { thread.join() }
    }
    #expect(eventually { answered.load(ordering: .relaxed) > 1 << 20 })
    let client = try server.client()
    for value in 0..<50 {
      let reply = try client.ping(
        PingRequest(payload: [UInt8(value)]), deadlineMilliseconds: 10_000)
      #expect(reply.payload == [UInt8(value)])
    }
    let before = answered.load(ordering: .relaxed)
    #expect(eventually { answered.load(ordering: .relaxed) > before }, "the busy one goes on")
  }

  @Test func `a peer that sends no more gets its answers`() throws {
    let server = try TestServer { $0.threadCount = 1 }
    let peer = try RawPeer.admitted(server.path)
    for id in 1...20 {
      try peer.send(Self.ping(UInt32(id)))
      if id < 20 { #expect(try peer.next()?.header.requestID == UInt32(id)) }
    }
    peer.channel.finishSending()
    #expect(try peer.next()?.header.requestID == 20)
    #expect(try peer.isClosed())
    #expect(eventually { server.server.statistics.connectionsOpen == 0 })
  }

  private static func ping(_ id: UInt32) -> [UInt8] {
    let method = UInt16(Method.ping.rawValue)
    return FrameWriter.frame(
      FrameHeader(kind: .request, method: method, requestID: id), PingRequest())
  }
}
