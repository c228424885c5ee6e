import CSystem
import Glibc
import Platform

/// How connections come, go, and move their bytes.
extension EventLoop {
  /// Connections accepted in one round, so that a storm of them does not starve the others.
  private static let acceptBurst = 64
  /// How long a refused peer may take to read why.
  private static let lingerNanoseconds: UInt64 = 1_000_000_000
  /// Refused connections that may linger at one time on a loop.
  private static let refusedLimit = 256
  /// Buffers up to this size stay with a connection that has nothing to send.
  private static let keptCapacity = 64 << 10

  // MARK: Coming

  func listen(_ listener: Listener) {
    guard !isDraining else { return }
    watch(
      listener.descriptor, EPOLLIN.rawValue,
      mark: Self.firstListenerMark - UInt64(listeners.count), adding: true)
    listeners.append(listener)
  }

  func accept(from listener: Listener, now: UInt64) {
    for _ in 0..<Self.acceptBurst {
      let descriptor = cs_accept(listener.descriptor)
      guard descriptor >= 0 else {
        if errno == EMFILE || errno == ENFILE { refuseForDescriptors(listener) }
        if errno == ECONNABORTED || errno == EINTR { continue }
        return
      }
      let peer = listener.peer(of: descriptor)
      // TCP connections stay with the loop whose listener the kernel chose.
      guard listener.isUnix, let loop = assign(), loop !== self else {
        adopt(descriptor, peer, now: now)
        continue
      }
      loop.load.wrappingAdd(1, ordering: .relaxed)
      loop.post(.adopt(descriptor: descriptor, peer))
    }
  }

  /// Out of descriptors: a waiting connection would wake the loop for ever. Take it and close it.
  private func refuseForDescriptors(_ listener: Listener) {
    counters.noteRefused(ErrorReply(code: .resourceExhausted, details: ["limit": "descriptors"]))
    Log.error("rpc.out_of_descriptors")
    guard reserveDescriptor >= 0 else { return }
    close(reserveDescriptor)
    let descriptor = cs_accept(listener.descriptor)
    if descriptor >= 0 { close(descriptor) }
    reserveDescriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
  }

  func adopt(_ descriptor: Int32, _ peer: Peer, now: UInt64) {
    let refusal = isDraining ? ErrorReply.shuttingDown : core.ledger.admit(peer)
    var tls: TLSSession?
    if case .tcp = peer {
      tls = core.tls?.accept(descriptor)
      if core.tls != nil, tls == nil {
        // Out of memory: never go on in the clear.
        if refusal == nil { core.ledger.release(peer, nil) }
        close(descriptor)
        return
      }
      // Neither can fail on a TCP socket; without them the connection works, only slower.
      try? Socket.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
      try? Socket.set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
    }
    if refusal != nil {
      // A storm of connections is told why as long as that costs little.
      guard refusedCount < Self.refusedLimit else {
        counters.noteRefused(refusal ?? .shuttingDown)
        close(descriptor)
        load.store(connections.count, ordering: .relaxed)
        return
      }
      refusedCount += 1
    }
    let connection = ServerConnection(
      id: nextID, loop: self, peer: peer, channel: Channel(descriptor: descriptor, tls: tls),
      isCounted: refusal == nil, now: now)
    nextID += 1
    connections[connection.id] = connection
    load.store(connections.count, ordering: .relaxed)
    counters.noteAccepted()
    connection.interest = EPOLLIN.rawValue
    watch(descriptor, connection.interest, mark: connection.id, adding: true)
    soonSweep(now)
    if let refusal { end(connection, refusal) }
  }

  // MARK: Bytes

  func ready(_ connection: ServerConnection, events: UInt32, now: UInt64) {
    if events & EPOLLIN.rawValue != 0 {
      take(receive(connection), from: connection, now: now)
    } else if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 {
      drop(connection)
    }
    settle(connection, now: now)
  }

  /// Reads what there is, up to ``readByteCount``, into `scratch`.
  func receive(_ connection: ServerConnection) -> Channel.Transfer {
    // Before the peer is known it gets no more of our memory than its hello.
    let room =
      connection.session.phase == .awaitingHello
      ? core.limits.helloByteCount + FrameHeader.byteCount : Self.readByteCount
    let buffer = unsafe UnsafeMutableRawBufferPointer(
      rebasing: scratch[..<min(room, Self.readByteCount)])
    return unsafe connection.channel.receive(into: buffer)
  }

  /// Goes on with what ``receive(_:)`` brought.
  func take(_ transfer: Channel.Transfer, from connection: ServerConnection, now: UInt64) {
    switch transfer {
    case .wouldBlock: return
    case .closed:
      connection.peerFinished = true
    case .bytes(let count):
      counters.noteReceived(count)
      guard connection.lingersUntil == nil else { return }
      let chunk = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: scratch[..<count]))
      process(connection, chunk, arrivedAt: now, now: now)
    }
  }

  /// Sends what can be sent, goes on with frames that were kept, and sees whether it is time to go.
  func settle(_ connection: ServerConnection, now: UInt64) {
    guard !connection.isGone else { return }
    flush(connection, now: now)
    while connection.hasKept, connection.takesFrames {
      process(connection, RawSpan(), arrivedAt: connection.keptAt, now: now)
      flush(connection, now: now)
    }
    // What TLS has decrypted and we did not take: no event will tell of it.
    while connection.channel.hasPending, !connection.hasKept, connection.takesFrames {
      take(receive(connection), from: connection, now: now)
      flush(connection, now: now)
    }
    guard !connection.isGone else { return }
    if connection.session.phase == .closed {
      if connection.unsentByteCount == 0 {
        if connection.peerFinished {
          drop(connection)
          return
        }
        if !connection.hasFinishedSending {
          connection.channel.finishSending()
          connection.hasFinishedSending = true
        }
      }
    } else if connection.peerFinished, connection.unsentByteCount == 0,
      connection.session.inFlightCount == 0, !connection.hasKept
    {
      drop(connection)
      return
    } else if isDraining, connection.session.isDrained, connection.unsentByteCount == 0 {
      end(connection, .shuttingDown)
      settle(connection, now: now)
      return
    }
    updateInterest(connection)
  }

  private func flush(_ connection: ServerConnection, now: UInt64) {
    guard connection.unsentByteCount > 0, !connection.isGone else { return }
    var progressed = false
    sending: while connection.unsentByteCount > 0 {
      let transfer = unsafe connection.out.withBytes {
        unsafe connection.channel.send($0, from: connection.sentOffset)
      }
      switch transfer {
      case .bytes(let count):
        connection.sentOffset += count
        progressed = true
        counters.noteSent(count)
      case .wouldBlock: break sending
      case .closed:
        drop(connection)
        return
      }
    }
    if connection.unsentByteCount == 0 {
      if connection.out.capacity > Self.keptCapacity {
        connection.out = ProtoWriter()
      } else {
        connection.out.truncate(to: 0)
      }
      connection.sentOffset = 0
      if connection.gatedByteCount > 0 {
        connection.gate?.sent(connection.gatedByteCount)
        connection.gatedByteCount = 0
      }
    } else {
      if connection.sentOffset > core.limits.unsentByteCount {
        connection.out.removeFirst(connection.sentOffset)
        connection.sentOffset = 0
      }
      soonSweep(now)
    }
    connection.countUnsent()
    connection.session.noteSent(
      unsentByteCount: connection.unsentByteCount, progressed: progressed, now: now)
  }

  private func updateInterest(_ connection: ServerConnection) {
    var interest: UInt32 = 0
    let reads = connection.lingersUntil != nil || connection.takesFrames && !connection.hasKept
    if reads && !connection.peerFinished { interest |= EPOLLIN.rawValue }
    if connection.unsentByteCount > 0 && !connection.channel.sendWaitsForInput {
      interest |= EPOLLOUT.rawValue
    }
    guard interest != connection.interest else { return }
    connection.interest = interest
    watch(connection.channel.descriptor, interest, mark: connection.id, adding: false)
  }

  // MARK: Going

  /// Tells the peer why and closes once it has read that.
  func end(_ connection: ServerConnection, _ reason: ErrorReply) {
    guard case .close(let reply) = connection.session.close(reason) else { return }
    sendClose(connection, reply)
  }

  /// Sends the last frame of a connection whose session has ended.
  func sendClose(_ connection: ServerConnection, _ reply: ErrorReply) {
    counters.noteRefused(reply)
    Log.info(
      "rpc.connection_closed",
      ["code": .string(reply.code.description), "message": .string(reply.message)])
    connection.hasKept = false
    connection.send(reply, to: 0)
    let now = Clock.monotonicNanoseconds
    connection.lingersUntil = now + Self.lingerNanoseconds
    soonSweep(now)
    release(connection)
  }

  /// Closes at once.
  func drop(_ connection: ServerConnection) {
    guard !connection.isGone else { return }
    connection.isGone = true
    forget(connection)
    connection.countBuffered()
    connection.countUnsent()
    _ = connection.session.close(.shuttingDown)
    release(connection)
    connections[connection.id] = nil
    if connection.isRefused { refusedCount -= 1 }
    load.store(connections.count, ordering: .relaxed)
    var unused = unsafe epoll_event()
    _ = unsafe epoll_ctl(epoll, EPOLL_CTL_DEL, connection.channel.descriptor, &unused)
    connection.out = ProtoWriter()
    connection.sentOffset = 0
    // The descriptor is closed with the last exchange that holds the connection; the peer must
    // not wait for that.
    shutdown(connection.channel.descriptor, Int32(SHUT_RDWR))
  }

  /// Ends the connections of everybody for whom `matches` holds.
  func end(_ matches: (Principal) -> Bool, _ reason: ErrorReply) {
    for connection in Array(connections.values) {
      guard let principal = connection.principal, matches(principal) else { continue }
      end(connection, reason)
      touch(connection)
    }
  }

  /// Stops the connection's requests and takes it out of the ledger.
  private func release(_ connection: ServerConnection) {
    for exchange in connection.exchanges.values { exchange.value?.stop() }
    connection.gate?.closeAll()
    guard connection.isCounted else { return }
    connection.isCounted = false
    core.ledger.release(connection.peer, connection.principal)
  }

  func drain() {
    isDraining = true
    for listener in listeners {
      var unused = unsafe epoll_event()
      _ = unsafe epoll_ctl(epoll, EPOLL_CTL_DEL, listener.descriptor, &unused)
    }
    listeners = []
    for connection in connections.values {
      connection.session.drain()
      touch(connection)
    }
  }

  func closeAll() {
    for connection in Array(connections.values) { drop(connection) }
    listeners = []
  }

  // MARK: Time

  private static let sweepNanoseconds: UInt64 = 250_000_000
  private static let idleSweepNanoseconds: UInt64 = 5_000_000_000

  /// Somebody may soon be overdue.
  func soonSweep(_ now: UInt64) { nextSweep = min(nextSweep, now + Self.sweepNanoseconds) }

  func expire(now: UInt64) {
    while let entry = deadlines.popDue(now: now) {
      guard let connection = connections[entry.connection] else { continue }
      perform(
        connection.session.deadlinePassed(token: entry.token), FrameHeader(kind: .cancel),
        RawSpan(),
        connection, now: now)
    }
    guard now >= nextSweep else { return }
    nextSweep = .max
    for connection in Array(connections.values) {
      if let until = connection.lingersUntil {
        if now >= until { drop(connection) } else { soonSweep(now) }
        continue
      }
      if let reply = connection.session.overdue(now: now) {
        end(connection, reply)
      } else if connection.session.isWatched {
        soonSweep(now)
      } else {
        let idle = UInt64(core.limits.idleMilliseconds) * 1_000_000
        nextSweep = min(nextSweep, now + min(Self.idleSweepNanoseconds, idle))
      }
    }
  }
}
