import CSystem
import Glibc
import Platform

/// One accepted connection: its bytes, its session and its open requests.
///
/// `@unchecked Sendable`: other threads only pass it back to its loop; everything that changes is
/// touched on the loop's thread alone.
final class ServerConnection: @unchecked Sendable {
  /// An exchange belongs to its handler; when that drops it, it is answered.
  struct WeakExchange { weak var value: Exchange? }

  let id: UInt64
  let loop: EventLoop
  let peer: Peer
  let channel: Channel
  var session: ServerSession
  var decoder: FrameDecoder
  /// Set once, when the authenticator has let the peer in.
  var principal: Principal?
  /// Counts the open requests of the principal's business.
  var load: BusinessLoad?
  /// What the peer allows on a stream of items to it.
  var peerWindow = ServerConnection.defaultPeerWindow
  /// Requests that no handler answered at once.
  var exchanges: [UInt64: WeakExchange] = [:]
  /// Made with the first stream of items to the peer.
  var gate: OutboundGate?

  /// Bytes for the peer, of which `sentOffset` are sent.
  var out = ProtoWriter()
  var sentOffset = 0
  /// Bytes in `out` that the gate counts.
  var gatedByteCount = 0
  /// Frames were received and not looked at, because the peer reads too little or is not known.
  var hasKept = false
  var keptAt: UInt64 = 0
  /// What the decoder holds.
  private(set) var buffered: BufferedShare
  /// What `out` holds.
  private var unsent: BufferedShare
  /// What epoll watches.
  var interest: UInt32 = 0
  var isDirty = false
  /// The peer sends no more.
  var peerFinished = false
  /// Until when the peer may take an error before the connection is closed.
  var lingersUntil: UInt64?
  /// It was told that nothing more comes.
  var hasFinishedSending = false
  var isGone = false
  /// Whether the ledger counts it.
  var isCounted: Bool
  /// It was over a limit from the start, and stays only to be told so.
  let isRefused: Bool

  static let defaultPeerWindow = 1 << 20
  /// Answers up to this size are given whatever waits: they are no more than the error would be.
  private static let smallByteCount = 512

  init(id: UInt64, loop: EventLoop, peer: Peer, channel: Channel, isCounted: Bool, now: UInt64) {
    self.id = id
    self.loop = loop
    self.peer = peer
    self.channel = channel
    self.isCounted = isCounted
    isRefused = !isCounted
    buffered = BufferedShare(of: loop.core.ledger.buffered)
    unsent = BufferedShare(of: loop.core.ledger.unsent)
    session = ServerSession(limits: loop.core.limits, now: now)
    decoder = FrameDecoder(limits: session.frameLimits)
  }

  /// Bytes that the system has not yet taken.
  var unsentByteCount: Int { out.count - sentOffset }

  /// Whether the next frame may be looked at.
  var takesFrames: Bool {
    !isGone && session.readsFrames && unsentByteCount <= loop.core.limits.unsentByteCount
  }

  /// Whether it may be read without an event: its bytes are in the clear, it may send frames, and
  /// epoll watches for them.
  var isPlainlyReadable: Bool {
    !isGone && !channel.isEncrypted && interest & EPOLLIN.rawValue != 0
      && session.phase == .ready
  }

  /// Sends a request's final frame, unless the peer has had it.
  func finish<Message: ProtoEncodable>(
    token: UInt64, _ header: FrameHeader, _ message: Message, isError: Bool
  ) {
    untrack(token)
    guard let request = session.finish(token: token), !isGone else { return }
    gate?.close(token: token)
    let start = out.count
    out.frame(header, message)
    noteAnswer(request, from: start, isError: isError)
  }

  /// The same with a frame that another thread encoded.
  func finish(token: UInt64, frame: [UInt8], isError: Bool) {
    untrack(token)
    guard let request = session.finish(token: token), !isGone else { return }
    gate?.close(token: token)
    let start = out.count
    out.append(frame)
    noteAnswer(request, from: start, isError: isError)
  }

  private func noteAnswer(_ request: ServerSession.OpenRequest, from start: Int, isError: Bool) {
    var isError = isError
    let limit = loop.core.limits.replyByteCount
    let byteCount = out.count - start - FrameHeader.byteCount
    if !isError {
      unsent.hold(out.count)
      // What the peer has not taken, or this answer alone, is too much.
      let refusal: ErrorReply? =
        byteCount > limit
        ? .limitReached(
          "reply_bytes", limit, "the answer would have \(byteCount) bytes",
          "Ask for less: fewer rows, no content, or a stream.")
        : byteCount > Self.smallByteCount ? unsent.refusal : nil
      if let refusal {
        loop.counters.noteRefused(refusal)
        out.truncate(to: start)
        send(refusal, to: request.id, method: request.method)
        isError = true
      }
    }
    loop.counters.noteAnswered(
      request.method, nanoseconds: Clock.monotonicNanoseconds - request.arrivedAt, isError: isError)
    loop.touch(self)
  }

  /// Appends an error frame; request id 0 concerns the connection.
  func send(_ error: ErrorReply, to requestID: UInt32, method: Method = .unspecified) {
    let header = FrameHeader(
      kind: .error, method: UInt16(truncatingIfNeeded: method.rawValue), requestID: requestID)
    out.frame(header, error)
    loop.touch(self)
  }

  /// Counts what the decoder holds now; nothing where the connection is gone.
  func countBuffered() { buffered.hold(isGone ? 0 : decoder.pendingByteCount) }

  /// Counts what waits to be sent now; nothing where the connection is gone.
  func countUnsent() { unsent.hold(isGone ? 0 : out.count) }

  /// Counts what is held from now on as the business's.
  func bind(to load: BusinessLoad) {
    buffered.move(to: load.buffered)
    unsent.move(to: load.unsent)
  }

  func track(_ exchange: Exchange) {
    exchanges[exchange.token] = WeakExchange(value: exchange)
    loop.trackedCount += 1
    loop.core.deferred.wrappingAdd(1, ordering: .relaxed)
    load?.open.wrappingAdd(1, ordering: .relaxed)
  }

  private func untrack(_ token: UInt64) {
    guard !exchanges.isEmpty, exchanges.removeValue(forKey: token) != nil else { return }
    loop.trackedCount -= 1
    loop.core.deferred.wrappingSubtract(1, ordering: .relaxed)
    load?.open.wrappingSubtract(1, ordering: .relaxed)
  }
}
