import Platform

/// What the loop does about frames.
extension EventLoop {
  /// Looks at the frames of a chunk, as long as the connection takes any.
  func process(
    _ connection: ServerConnection, _ chunk: RawSpan, arrivedAt: UInt64, now: UInt64
  ) {
    var sawFrame = false
    do throws(FrameError) {
      while true {
        guard connection.takesFrames else {
          connection.decoder.keep(chunk)
          connection.hasKept =
            connection.session.phase != .closed && connection.decoder.pendingByteCount > 0
          connection.keptAt = arrivedAt
          break
        }
        connection.decoder.limits = connection.session.frameLimits
        guard let frame = try connection.decoder.next(in: chunk) else {
          connection.hasKept = false
          break
        }
        sawFrame = true
        let action = connection.session.receive(frame.header, arrivedAt: arrivedAt, now: now)
        connection.decoder.withMessage(of: frame, in: chunk) { message in
          perform(action, frame.header, message, connection, now: now)
        }
      }
    } catch {
      connection.hasKept = false
      end(connection, ErrorReply(error))
      return
    }
    connection.countBuffered()
    if connection.decoder.pendingByteCount > FrameDecoder.keptCapacity,
      let refusal = connection.buffered.refusal
    {
      end(connection, refusal)
      return
    }
    let partial = connection.hasKept ? 0 : connection.decoder.pendingByteCount
    connection.session.noteReceived(partialByteCount: partial, newFrameBegan: sawFrame, now: now)
    if partial > 0 { soonSweep(now) }
  }

  func perform(
    _ action: ServerSession.Action, _ header: FrameHeader, _ message: RawSpan,
    _ connection: ServerConnection, now: UInt64
  ) {
    switch action {
    case .none: break
    case .authenticate: authenticate(connection, message)
    case .begin(let request): begin(request, message, connection, now: now)
    case .deliver(let token):
      deliver(message, to: token, of: connection)
    case .finishItems(let token): connection.exchanges[token]?.value?.inbox?.end()
    case .addCredit(let token): addCredit(token, message, connection)
    case .abandon(let request, let reply):
      counters.noteRefused(reply)
      connection.gate?.close(token: request.token)
      connection.send(reply, to: request.id, method: request.method)
      counters.noteAnswered(request.method, nanoseconds: now - request.arrivedAt, isError: true)
      connection.exchanges[request.token]?.value?.stop()
    case .refuse(let header, let reply):
      counters.noteRefused(reply)
      connection.send(
        reply, to: header.requestID, method: Method(rawValue: Int32(header.method)))
    case .close(let reply): sendClose(connection, reply)
    }
  }

  private func deliver(_ message: RawSpan, to token: UInt64, of connection: ServerConnection) {
    guard let exchange = connection.exchanges[token]?.value, let inbox = exchange.inbox else {
      return
    }
    if let reply = connection.buffered.refusal {
      exchange.fail(RPCRefusal(reply))
      exchange.stop()
    } else {
      inbox.put(unsafe message.withUnsafeBytes { unsafe [UInt8]($0) })
    }
  }

  // MARK: Hello

  private func authenticate(_ connection: ServerConnection, _ message: RawSpan) {
    let hello: HelloRequest
    do throws(ProtoError) { hello = try HelloRequest(decoding: message) } catch {
      end(connection, ErrorReply(error, in: "the hello"))
      return
    }
    guard hello.magic == helloMagic else {
      end(connection, .violation("the hello does not begin with \"KNW1\""))
      return
    }
    let version = UInt32(FrameHeader.version)
    guard hello.versionLowest <= version, version <= hello.versionHighest else {
      end(
        connection, .versionMismatch(lowest: hello.versionLowest, highest: hello.versionHighest))
      return
    }
    if hello.streamWindow > 0 {
      connection.peerWindow = Int(min(hello.streamWindow, UInt32(FlowWindow.limit)))
    }
    core.authenticator.authenticate(hello, connection.peer) { result in
      connection.loop.post(.decided(connection, result))
    }
  }

  func decided(
    _ connection: ServerConnection, _ result: Result<Principal, RPCRefusal>, now: UInt64
  ) {
    guard !connection.isGone, connection.session.phase == .authenticating else { return }
    switch result {
    case .failure(let refusal): end(connection, refusal.reply)
    case .success(let principal):
      do throws(RPCRefusal) { connection.load = try core.ledger.bind(principal) } catch {
        end(connection, error.reply)
        return
      }
      connection.principal = principal
      if let load = connection.load { connection.bind(to: load) }
      connection.session.admit()
      let reply = HelloReply(
        magic: helloMagic, version: UInt32(FrameHeader.version), server: core.serverName,
        businessID: principal.business?.bytes ?? [], isOperator: principal.isOperator,
        streamWindow: UInt32(clamping: core.limits.streamWindow),
        messageByteLimit: UInt32(clamping: core.limits.messageByteCount),
        itemByteLimit: UInt32(clamping: core.limits.itemByteCount),
        requestsInFlight: UInt32(clamping: core.limits.requestsInFlight))
      connection.out.frame(FrameHeader(kind: .hello), reply)
      if isDraining { connection.session.drain() }
      servedRequest = true
      touch(connection)
    }
  }

  // MARK: Requests

  private func begin(
    _ request: ServerSession.OpenRequest, _ message: RawSpan, _ connection: ServerConnection,
    now: UInt64
  ) {
    guard let principal = connection.principal else { preconditionFailure("not admitted") }
    if let reply = overload(connection) {
      _ = connection.session.finish(token: request.token)
      counters.noteRefused(reply)
      connection.send(reply, to: request.id, method: request.method)
      return
    }
    servedRequest = true
    var gate: OutboundGate?
    if request.method.returnsItems {
      let opened = connection.gate ?? OutboundGate(limits: core.limits)
      connection.gate = opened
      opened.open(token: request.token, window: connection.peerWindow)
      gate = opened
    }
    let exchange = Exchange(
      request, on: connection, principal: principal,
      inbox: request.takesItems
        ? Inbox(
          window: core.limits.streamWindow,
          total: connection.load?.buffered ?? core.ledger.buffered) : nil, gate: gate)
    core.handler.handle(exchange, message)
    guard !exchange.hasAnswer else { return }
    connection.track(exchange)
    if let deadline = request.deadline {
      if deadlines.count > 2 * trackedCount + 1_024 { forgetAnsweredDeadlines() }
      deadlines.insert(
        DeadlineHeap.Entry(moment: deadline, connection: connection.id, token: request.token))
    }
  }

  /// Why no more work may be begun for the connection's business; nil where it may.
  private func overload(_ connection: ServerConnection) -> ErrorReply? {
    let limits = core.limits
    let all = core.deferred.load(ordering: .relaxed)
    let own = connection.load?.open.load(ordering: .relaxed) ?? 0
    if own >= limits.requestsInFlightPerBusiness {
      return .limitReached(
        "requests_in_flight_per_business", limits.requestsInFlightPerBusiness,
        "the business has \(own) requests open on all its connections",
        "Wait for answers before sending more.")
    }
    // The last tenth is for those who have little open.
    let isNearlyFull = all >= limits.requestsInFlightTotal / 10 * 9
    guard all >= limits.requestsInFlightTotal || isNearlyFull && own >= limits.requestsInFlight
    else { return nil }
    return .limitReached(
      "requests_in_flight_total", limits.requestsInFlightTotal, "the server is overloaded",
      "Try again in a moment.")
  }

  /// Far deadlines of answered requests would pile up.
  private func forgetAnsweredDeadlines() {
    deadlines.removeAll { entry in
      connections[entry.connection]?.session.open(token: entry.token) == nil
    }
  }

  // MARK: Streams

  func sendItem(_ connection: ServerConnection, _ token: UInt64, _ frame: [UInt8]) {
    guard !connection.isGone, connection.session.open(token: token) != nil else {
      connection.gate?.sent(frame.count)
      return
    }
    connection.out.append(frame)
    connection.gatedByteCount += frame.count
    touch(connection)
  }

  func credit(_ connection: ServerConnection, _ token: UInt64, _ byteCount: Int) {
    guard !connection.isGone,
      let request = connection.session.itemsTaken(token: token, byteCount: byteCount)
    else { return }
    let header = FrameHeader(
      kind: .credit, method: UInt16(truncatingIfNeeded: request.method.rawValue),
      requestID: request.id)
    connection.out.frame(header, Credit(bytes: UInt32(clamping: byteCount)))
    touch(connection)
  }

  private func addCredit(_ token: UInt64, _ message: RawSpan, _ connection: ServerConnection) {
    let credit: Credit
    do throws(ProtoError) { credit = try Credit(decoding: message) } catch {
      end(connection, ErrorReply(error, in: "the credit"))
      return
    }
    guard connection.gate?.add(token: token, byteCount: Int(credit.bytes)) ?? true else {
      end(connection, .violation("the credit of a stream is over \(FlowWindow.limit) bytes"))
      return
    }
  }
}

/// What every hello begins with.
let helloMagic = Array("KNW1".utf8)
