import Testing

@testable import RPC

@Suite struct ServerSessionTests {
  static let second: UInt64 = 1_000_000_000

  static func ready(_ adjust: (inout RPCLimits) -> Void = { _ in }) -> ServerSession {
    var limits = RPCLimits()
    adjust(&limits)
    var session = ServerSession(limits: limits, now: 0)
    #expect(session.receive(FrameHeader(kind: .hello), arrivedAt: 0, now: 0) == .authenticate)
    session.admit()
    return session
  }

  static func request(
    _ id: UInt32, _ method: Method = .search, deadline: UInt32 = 0, flags: UInt16 = 0
  ) -> FrameHeader {
    FrameHeader(
      kind: .request, method: UInt16(method.rawValue), requestID: id,
      deadlineMilliseconds: deadline, flags: flags)
  }

  @Test func `only a hello comes first, and nothing is read while it is checked`() {
    for kind in FrameKind.allCases where kind != .hello {
      var session = ServerSession(limits: RPCLimits(), now: 0)
      guard
        case .close(let reply) = session.receive(
          FrameHeader(kind: kind, requestID: 1), arrivedAt: 0, now: 0)
      else {
        Issue.record("\(kind) was taken")
        continue
      }
      #expect(reply.code == .protocolViolation && session.phase == .closed)
    }
    var session = ServerSession(limits: RPCLimits(), now: 0)
    #expect(session.frameLimits.item == 4_096)
    #expect(session.receive(FrameHeader(kind: .hello), arrivedAt: 0, now: 0) == .authenticate)
    #expect(!session.readsFrames)
    session.admit()
    #expect(session.readsFrames && session.frameLimits.item == 16 << 20)
  }

  @Test func `a request is begun, answered once, and its id is free again`() {
    var session = Self.ready()
    guard case .begin(let first) = session.receive(Self.request(5), arrivedAt: 1, now: 1) else {
      Issue.record("not begun")
      return
    }
    #expect(session.inFlightCount == 1)
    #expect(session.finish(token: first.token) == first)
    #expect(session.finish(token: first.token) == nil)
    guard case .begin(let second) = session.receive(Self.request(5), arrivedAt: 1, now: 1) else {
      Issue.record("the id was not free")
      return
    }
    #expect(second.token != first.token, "an answer to the first must not reach the second")
  }

  @Test func `an id in use, id 0 and frames of the server end the connection`() {
    let frames = [
      Self.request(1), Self.request(0), FrameHeader(kind: .hello), FrameHeader(kind: .response),
      FrameHeader(kind: .error), FrameHeader(kind: .item, requestID: 1),
      FrameHeader(kind: .end, requestID: 1),
    ]
    for frame in frames {
      var session = Self.ready()
      _ = session.receive(Self.request(1), arrivedAt: 0, now: 0)
      guard case .close(let reply) = session.receive(frame, arrivedAt: 0, now: 0) else {
        Issue.record("\(frame) was taken")
        continue
      }
      #expect(reply.code == .protocolViolation && !reply.remediation.isEmpty)
      #expect(session.receive(Self.request(2), arrivedAt: 0, now: 0) == .none)
    }
  }

  @Test func `unknown methods and wrong flags are refused and the connection goes on`() {
    var session = Self.ready()
    for (frame, code) in [
      (Self.request(1, Method(rawValue: 9_999)), ErrorCode.unimplemented),
      (Self.request(2, .unspecified), .unimplemented),
      (Self.request(3, .search, flags: FrameHeader.itemsFollow), .invalidArgument),
      (Self.request(4, .bulkImport), .invalidArgument),
    ] {
      guard case .refuse(let header, let reply) = session.receive(frame, arrivedAt: 0, now: 0)
      else {
        Issue.record("\(frame) was taken")
        continue
      }
      #expect(header == frame && reply.code == code)
    }
    // The items of a refused stream are dropped, not a violation.
    let item = FrameHeader(kind: .item, requestID: 3)
    #expect(session.receive(item, arrivedAt: 0, now: 0) == .none)
    #expect(session.phase == .ready && session.inFlightCount == 0)
  }

  @Test func `the 65th open request is refused, abandoned ones included`() {
    var session = Self.ready()
    for id in 1...64 as ClosedRange<UInt32> {
      guard case .begin = session.receive(Self.request(id), arrivedAt: 0, now: 0) else {
        Issue.record("request \(id) was refused")
        return
      }
    }
    guard case .refuse(_, let reply) = session.receive(Self.request(65), arrivedAt: 0, now: 0)
    else {
      Issue.record("too many were taken")
      return
    }
    #expect(reply.code == .resourceExhausted && reply.details["limit"] == "requests_in_flight")
    let cancel = FrameHeader(kind: .cancel, requestID: 7)
    guard case .abandon(let request, let error) = session.receive(cancel, arrivedAt: 0, now: 0)
    else {
      Issue.record("not abandoned")
      return
    }
    #expect(request.id == 7 && error.code == .cancelled)
    guard case .refuse = session.receive(Self.request(65), arrivedAt: 0, now: 0) else {
      Issue.record("work that goes on does not make room")
      return
    }
    #expect(session.finish(token: request.token) == nil)
    guard case .begin = session.receive(Self.request(65), arrivedAt: 0, now: 0) else {
      Issue.record("room was not given back")
      return
    }
  }

  @Test func `a deadline that has passed is answered without beginning`() {
    var session = Self.ready()
    let late = session.receive(
      Self.request(1, deadline: 100), arrivedAt: 0, now: 100_000_000)
    guard case .refuse(_, let reply) = late else {
      Issue.record("begun")
      return
    }
    #expect(reply.code == .deadlineExceeded)
    guard
      case .begin(let request) = session.receive(
        Self.request(2, deadline: 100), arrivedAt: 0, now: 99_000_000)
    else {
      Issue.record("refused")
      return
    }
    #expect(request.deadline == 100_000_000)
    guard case .abandon(let abandoned, let error) = session.deadlinePassed(token: request.token)
    else {
      Issue.record("not abandoned")
      return
    }
    #expect(abandoned.id == 2 && error.code == .deadlineExceeded)
    #expect(session.deadlinePassed(token: request.token) == .none)
  }

  @Test func `items come within credit and up to the end`() {
    var session = Self.ready { $0.streamWindow = 1_000 }
    let open = Self.request(1, .bulkImport, flags: FrameHeader.itemsFollow)
    guard case .begin(let request) = session.receive(open, arrivedAt: 0, now: 0) else {
      Issue.record("refused")
      return
    }
    let item = FrameHeader(kind: .item, requestID: 1, messageByteCount: 600)
    #expect(session.receive(item, arrivedAt: 0, now: 0) == .deliver(token: request.token))
    // 380 are left: one more may go, whatever its size.
    #expect(session.receive(item, arrivedAt: 0, now: 0) == .deliver(token: request.token))
    #expect(session.itemsTaken(token: request.token, byteCount: 620)?.id == 1)
    #expect(session.receive(item, arrivedAt: 0, now: 0) == .deliver(token: request.token))
    var greedy = session
    guard case .close(let reply) = greedy.receive(item, arrivedAt: 0, now: 0) else {
      Issue.record("an item without credit was taken")
      return
    }
    #expect(reply.code == .protocolViolation)
    let end = FrameHeader(kind: .end, requestID: 1)
    #expect(session.receive(end, arrivedAt: 0, now: 0) == .finishItems(token: request.token))
    #expect(session.itemsTaken(token: request.token, byteCount: 620) == nil, "no more will come")
    guard case .close = session.receive(item, arrivedAt: 0, now: 0) else {
      Issue.record("an item after the end was taken")
      return
    }
  }

  @Test func `four client streams and no more`() {
    var session = Self.ready()
    for id in 1...4 as ClosedRange<UInt32> {
      let open = Self.request(id, .bulkImport, flags: FrameHeader.itemsFollow)
      guard case .begin = session.receive(open, arrivedAt: 0, now: 0) else {
        Issue.record("stream \(id) was refused")
        return
      }
    }
    let fifth = Self.request(5, .bulkImport, flags: FrameHeader.itemsFollow)
    guard case .refuse(_, let reply) = session.receive(fifth, arrivedAt: 0, now: 0) else {
      Issue.record("a fifth stream was taken")
      return
    }
    #expect(reply.details["limit"] == "client_streams")
    let end = FrameHeader(kind: .end, requestID: 1)
    _ = session.receive(end, arrivedAt: 0, now: 0)
    guard case .begin = session.receive(fifth, arrivedAt: 0, now: 0) else {
      Issue.record("room was not given back")
      return
    }
  }

  @Test func `200 cancels a minute and no more`() {
    var session = Self.ready()
    let cancel = FrameHeader(kind: .cancel, requestID: 1)
    for _ in 0..<200 { #expect(session.receive(cancel, arrivedAt: 0, now: 0) == .none) }
    var later = session
    #expect(later.receive(cancel, arrivedAt: 0, now: 61 * Self.second) == .none)
    guard case .close(let reply) = session.receive(cancel, arrivedAt: 0, now: 59 * Self.second)
    else {
      Issue.record("a cancel storm goes on")
      return
    }
    #expect(reply.details["limit"] == "cancels_per_minute")
  }

  @Test func `draining refuses new requests and waits for open ones`() {
    var session = Self.ready()
    guard case .begin(let request) = session.receive(Self.request(1), arrivedAt: 0, now: 0) else {
      return
    }
    session.drain()
    #expect(!session.isDrained)
    guard case .refuse(_, let reply) = session.receive(Self.request(2), arrivedAt: 0, now: 0)
    else {
      Issue.record("begun while draining")
      return
    }
    #expect(reply.code == .shuttingDown)
    #expect(session.finish(token: request.token)?.id == 1)
    #expect(session.isDrained)
  }

  @Test func `each slowness has its own limit`() {
    let second = Self.second
    let waiting = ServerSession(limits: RPCLimits(), now: 0)
    #expect(waiting.overdue(now: 2 * second - 1) == nil)
    #expect(waiting.overdue(now: 2 * second)?.details["limit"] == "hello_ms")
    var checking = ServerSession(limits: RPCLimits(), now: 0)
    _ = checking.receive(FrameHeader(kind: .hello), arrivedAt: 0, now: second)
    #expect(checking.overdue(now: 10 * second) == nil)
    #expect(checking.overdue(now: 11 * second)?.code == .unavailable)

    let idle = Self.ready()
    #expect(idle.overdue(now: 120 * second - 1) == nil)
    #expect(idle.overdue(now: 120 * second)?.details["limit"] == "idle_ms")
    var busy = Self.ready()
    _ = busy.receive(Self.request(1), arrivedAt: 0, now: 0)
    #expect(busy.overdue(now: 1_000 * second) == nil, "an open request is not idleness")

    var header = Self.ready()
    header.noteReceived(partialByteCount: 19, newFrameBegan: true, now: second)
    header.noteReceived(partialByteCount: 19, newFrameBegan: false, now: 5 * second)
    #expect(header.overdue(now: 11 * second - 1) == nil)
    #expect(header.overdue(now: 11 * second)?.details["limit"] == "header_ms")
    var body = Self.ready()
    body.noteReceived(partialByteCount: 10 << 10, newFrameBegan: true, now: 0)
    #expect(body.overdue(now: 40 * second - 1) == nil, "30 s and 1 s for each KiB received")
    #expect(body.overdue(now: 40 * second)?.details["limit"] == "body_ms")
    body.noteReceived(partialByteCount: 0, newFrameBegan: false, now: 0)
    #expect(body.overdue(now: 40 * second) == nil)

    var unread = Self.ready()
    unread.noteSent(unsentByteCount: 10, progressed: false, now: 0)
    unread.noteSent(unsentByteCount: 5, progressed: true, now: 20 * second)
    #expect(unread.overdue(now: 49 * second) == nil)
    #expect(unread.overdue(now: 50 * second)?.details["limit"] == "unread_ms")
  }

  @Test func `a window counts whole frames and is bounded`() {
    var window = FlowWindow(100)
    func take(_ count: Int) -> Bool { window.take(messageByteCount: count) }
    func add(_ count: Int) -> Bool { window.add(count) }
    #expect(take(0) && window.available == 80)
    #expect(take(1_000) && window.available == -940)
    #expect(!take(0))
    #expect(add(940) && !window.isOpen)
    #expect(add(1) && window.isOpen)
    #expect(!add(FlowWindow.limit) && window.available == 1)
    #expect(add(FlowWindow.limit - 1))
  }

  @Test func `a look for events is given up where it does not pay`() {
    var spin = SpinPolicy()
    func looks(_ count: Int, found: Bool) -> Int {
      (0..<count).count { _ in
        guard spin.shouldSpin(servedRequest: true) else { return false }
        if found { spin.succeeded() } else { spin.failed() }
        return true
      }
    }
    let idle = spin.shouldSpin(servedRequest: false)
    #expect(!idle)
    #expect((8...60).contains(looks(10_000, found: false)), "one in \(SpinPolicy.restLimit)")
    #expect(looks(300, found: true) >= 300 - SpinPolicy.restLimit, "then each time again")
  }

  @Test func `deadlines come out in order`() {
    var heap = DeadlineHeap()
    let moments: [UInt64] = [9, 3, 7, 3, 1, 8, 2, 6]
    for (token, moment) in moments.enumerated() {
      heap.insert(DeadlineHeap.Entry(moment: moment, connection: 1, token: UInt64(token)))
    }
    #expect(heap.first == 1 && heap.popDue(now: 0) == nil)
    heap.removeAll { $0.moment == 3 }
    #expect(heap.count == 6)
    var out: [UInt64] = []
    while let entry = heap.popDue(now: 100) { out.append(entry.moment) }
    #expect(out == moments.sorted().filter { $0 != 3 })
  }
}
