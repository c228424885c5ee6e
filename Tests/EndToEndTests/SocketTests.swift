import Glibc
import Platform
import RPC
import TestSupport
import Testing

extension EndToEnd {
  /// Peers that misbehave, against the running service. Each case ends with a good peer being
  /// served.
  @Suite struct SocketTests {
    @Test func `garbage is refused at once and hurts nobody else`() throws {
      try KnowledgeServer.serving { server in
        let good = try prepared(server)
        var generator = SeededGenerator(seed: 42)
        for round in 0..<(Built.long ? 20_000 : 300) {
          let bad = try WireConnection(socket: server.socket, timeoutSeconds: 5)
          if round % 2 == 1 { try bad.sayHello(business: "sockets") }
          let bytes = (0..<Int.random(in: 1...200, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
          }
          try? bad.send(bytes: bytes)
          // A closed sending side makes an unfinished frame final.
          shutdown(bad.descriptor, Int32(SHUT_WR))
          expectEnd(bad, within: 2)
        }
        try expectServed(good)
        #expect(server.isRunning)
      }
    }

    @Test func `frames with every field bent are answered or refused, never fatal`() throws {
      try KnowledgeServer.serving { server in
        let good = try prepared(server)
        var generator = SeededGenerator(seed: 43)
        var request = SearchRequest()
        request.query = .text("parcel")
        request.filter = Filter(categories: ["a"], anyOf: [Filter(keywords: ["b"])])
        let message = request.encoded()
        let before = server.residentByteCount
        for _ in 0..<(Built.long ? 100_000 : 2000) {
          let peer = try WireConnection(
            socket: server.socket, business: "sockets", timeoutSeconds: 5)
          var bytes =
            WireConnection.header(
              WireConnection.request,
              method: UInt16([16, 17, 18, 32, 33].randomElement(using: &generator)!),
              request: 1, byteCount: message.count) + message
          for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 4..<bytes.count, using: &generator)
            bytes[place] = [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &generator)]
              .randomElement(using: &generator)!
          }
          try? peer.send(bytes: bytes)
          shutdown(peer.descriptor, Int32(SHUT_WR))
          expectEnd(peer, within: 5)
        }
        try expectServed(good)
        #expect(server.residentByteCount < before + 64 << 20, "memory grew by fuzzing")
      }
    }

    @Test func `a huge length is refused before anything is allocated for it`() throws {
      try KnowledgeServer.serving { server in
        let good = try prepared(server)
        let before = server.residentByteCount
        for length in [UInt32.max, 1 << 31, 1 << 30, 5 << 20] {
          for greeted in [false, true] {
            let peer = try WireConnection(socket: server.socket, timeoutSeconds: 5)
            if greeted { try peer.sayHello(business: "sockets") }
            var header = WireConnection.header(
              greeted ? WireConnection.request : WireConnection.hello, method: 16,
              request: greeted ? 1 : 0, byteCount: 0)
            header.replaceSubrange(
              0..<4, with: withUnsafeBytes(of: length.littleEndian, Array.init))
            try peer.send(bytes: header)
            let frame = try #require(try peer.receive())
            #expect(frame.kind == WireConnection.error)
            let error = try ErrorReply(decoding: frame.message)
            #expect(error.code == .frameTooLarge, "\(error)")
            #expect(error.details["limit"] != nil, "\(error)")
            #expect(try peer.receive() == nil, "the connection stays open")
          }
        }
        try expectServed(good)
        #expect(server.residentByteCount < before + 32 << 20)
      }
    }

    @Test func `silent and unfinished peers are closed by their deadlines`() throws {
      try KnowledgeServer.serving { server in
        let good = try prepared(server)
        // Nothing at all, half a hello: 2 seconds.
        let silent = try WireConnection(socket: server.socket, timeoutSeconds: 10)
        let half = try WireConnection(socket: server.socket, timeoutSeconds: 10)
        try half.send(bytes: [40, 0, 0, 0, 1])
        #expect((1.5...4).contains(secondsToEnd(silent)))
        #expect(secondsToEnd(half) < 4)
        // Half a header after the hello: 10 seconds.
        let stalled = try WireConnection(
          socket: server.socket, business: "sockets", timeoutSeconds: 20)
        try stalled.send(bytes: [40, 0, 0, 0, 1, 2])
        let seconds = secondsToEnd(stalled)
        #expect((8...13).contains(seconds), "closed after \(seconds) s")
        try expectServed(good)
        let stats = try server.connectOperator().call(
          .stats, StatsRequest(), for: StatsReply.self)
        let refusals = stats.rpc?.refusals ?? [:]
        #expect(!refusals.isEmpty, "nothing was counted")
      }
    }

    @Test func `a peer that never reads does not grow the service`() throws {
      try KnowledgeServer.serving { server in
        let good = try prepared(server)
        var writer = BulkWriter(connection: good, first: 1000)
        try writer.write(20_000)
        let before = server.residentByteCount
        let count = Built.long ? 200 : 20
        let peers = try (0..<count).map { _ in
          let peer = try WireConnection(socket: server.socket, timeoutSeconds: 5)
          var hello = HelloRequest()
          hello.magic = Array("KNW1".utf8)
          hello.versionLowest = 1
          hello.versionHighest = 1
          hello.business = "sockets"
          hello.streamWindow = UInt32.max
          try peer.send(WireConnection.hello, message: hello.encoded())
          _ = try peer.receive()
          try peer.send(
            WireConnection.request, method: UInt16(Method.export.rawValue), request: 1,
            message: ExportRequest().encoded())
          return peer
        }
        Thread.sleep(milliseconds: 2000)
        // 256 KiB unsent a connection is the limit; twice that is room for bookkeeping.
        let grown = server.residentByteCount - before
        #expect(grown < count * 1 << 20 + 32 << 20, "\(grown) bytes for \(count) peers")
        let begin = Clock.monotonicNanoseconds
        try expectServed(good)
        #expect(Clock.monotonicNanoseconds - begin < 1_000_000_000)
        withExtendedLifetime(peers) {}
      }
    }

    @Test func `limits are refusals with a name and a number`() throws {
      try KnowledgeServer.serving { server in
        let good = try prepared(server)
        func refusal(
          _ method: Method, _ message: some ProtoMessage,
          sourceLocation: SourceLocation = #_sourceLocation
        ) -> ErrorReply? {
          do {
            _ = try good.stream(method, message)
          } catch WireConnection.Failure.refused(let reply) {
            return reply
          } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
          }
          return nil
        }
        var search = SearchRequest()
        search.query = .text("x")
        search.k = 1001
        #expect(refusal(.search, search)?.code == .invalidArgument)
        search.k = 10
        var filter = Filter(categories: ["a"])
        for _ in 0..<9 { filter = Filter(allOf: [filter]) }
        search.filter = filter
        #expect(refusal(.search, search) != nil, "a filter nested nine deep")
        let batch = SearchBatchRequest(texts: Array(repeating: "x", count: 257))
        #expect(refusal(.searchBatch, batch)?.code == .invalidArgument)
        // A vector of the wrong length names both.
        var wrong = SearchRequest()
        wrong.query = .vector(FloatVector(values: [1, 0, 0]))
        let mismatch = refusal(.search, wrong)
        #expect(mismatch?.code == .dimensionMismatch, "\(String(describing: mismatch))")
        let said = "\(mismatch?.message ?? "") \(mismatch?.details ?? [:])"
        #expect(said.contains("3"), "\(said)")
        for value in [Float.nan, .infinity] {
          var request = SearchRequest()
          let hits = try good.call(.search, text("x"), for: SearchReply.self).hits.count
          #expect(hits > 0)
          request.query = .vector(FloatVector(values: Array(repeating: value, count: 384)))
          #expect(refusal(.search, request) != nil, "a vector of \(value)")
        }
        // An upsert whose vector does not fit is rejected by name, its neighbour is written.
        var bad = Entry()
        bad.externalID = "bad-vector"
        bad.content = "x"
        bad.vector = [1, 2, 3]
        var fine = Entry()
        fine.externalID = "fine"
        fine.content = "y"
        do {
          let reply = try good.call(
            .upsert, UpsertRequest(entries: [bad, fine]), for: UpsertReply.self)
          #expect(reply.outcomes.first?.kind == .rejected, "\(reply)")
          #expect(reply.outcomes.first?.field == "vector", "\(reply)")
        } catch WireConnection.Failure.refused(let reply) {
          #expect(reply.code == .dimensionMismatch || reply.code == .invalidArgument, "\(reply)")
        }
        // A message that is not one: the connection goes on.
        try good.send(
          WireConnection.request, method: 16, request: 900, message: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        let answer = try #require(try good.receive())
        #expect(answer.kind == WireConnection.error && answer.request == 900)
        #expect(try ErrorReply(decoding: answer.message).code == .malformedMessage)
        // An unknown method, too.
        try good.send(WireConnection.request, method: 999, request: 901, message: [])
        let unknown = try #require(try good.receive())
        #expect(try ErrorReply(decoding: unknown.message).code == .unimplemented)
        try expectServed(good)
      }
    }

    @Test func `another version is told what to do`() throws {
      try KnowledgeServer.serving { server in
        _ = try prepared(server)
        var hello = HelloRequest()
        hello.magic = Array("KNW1".utf8)
        hello.versionLowest = 7
        hello.versionHighest = 9
        let peer = try WireConnection(socket: server.socket, timeoutSeconds: 5)
        try peer.send(WireConnection.hello, message: hello.encoded())
        let frame = try #require(try peer.receive())
        let error = try ErrorReply(decoding: frame.message)
        #expect(error.code == .versionMismatch)
        #expect(!error.remediation.isEmpty)
        hello.magic = Array("HTTP".utf8)
        let stranger = try WireConnection(socket: server.socket, timeoutSeconds: 5)
        try stranger.send(WireConnection.hello, message: hello.encoded())
        #expect(try stranger.receive()?.kind == WireConnection.error)
        // A request before the hello.
        let early = try WireConnection(socket: server.socket, timeoutSeconds: 5)
        try early.send(WireConnection.request, method: 1, request: 1, message: [])
        let refused = try #require(try early.receive())
        #expect(try ErrorReply(decoding: refused.message).code == .protocolViolation)
      }
    }

    @Test func `a service that stops answers what it has taken`() throws {
      try KnowledgeServer.serving { server in
        let good = try prepared(server)
        for id in 1...50 {
          try good.send(
            WireConnection.request, method: UInt16(Method.search.rawValue),
            request: UInt32(1000 + id),
            message: text("parcel \(id)").encoded())
        }
        // The first answer shows that the service has begun with them.
        var answered: Set<UInt32> = []
        if let first = try good.receive() { answered.insert(first.request) }
        let begin = Clock.monotonicNanoseconds
        #expect(server.stop() == 0)
        #expect(Clock.monotonicNanoseconds - begin < 10_000_000_000)
        while let frame = try? good.receive() {
          if frame.kind == WireConnection.response || frame.request != 0 {
            answered.insert(frame.request)
          }
        }
        #expect(answered.count >= 50, "\(50 - answered.count) requests were left without an answer")
      }
    }

    // ---------------------------------------------------------------- inside

    private func prepared(_ server: KnowledgeServer) throws -> WireConnection {
      let business = try server.createBusiness("sockets")
      let connection = try server.connect(business)
      var writer = BulkWriter(connection: connection)
      try writer.write(200)
      try TruthOracle(server).expectEqual(connection, business: business.id, "prepared")
      return connection
    }

    private func text(_ words: String) -> SearchRequest {
      var request = SearchRequest()
      request.query = .text(words)
      return request
    }

    private func expectServed(_ good: WireConnection) throws {
      let reply = try good.call(.search, text("parcel number 7"), for: SearchReply.self)
      #expect(reply.hits.count == 10)
    }

    private func secondsToEnd(_ peer: WireConnection) -> Double {
      let begin = Clock.monotonicNanoseconds
      while let frame = try? peer.receive(), frame.kind != 0 {}
      return Double(Clock.monotonicNanoseconds - begin) / 1e9
    }

    /// The service ends the connection, or answers all and ends it, in time.
    private func expectEnd(
      _ peer: WireConnection, within limit: Double,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let seconds = secondsToEnd(peer)
      #expect(seconds < limit, "still open after \(seconds) s", sourceLocation: sourceLocation)
    }
  }
}
