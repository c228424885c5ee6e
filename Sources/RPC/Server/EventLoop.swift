import CSystem
import Glibc
import Platform
import Synchronization

/// What the loop threads of a server share.
final class ServerCore: Sendable {
  let limits: RPCLimits
  let spinNanoseconds: UInt64
  let serverName: String
  let authenticator: any Authenticator
  let handler: any RequestHandler
  let ledger: ConnectionLedger
  /// For TCP connections; nil where they are in the clear.
  let tls: TLSContext?
  /// Requests that wait for an answer from another thread.
  let deferred = Atomic(0)

  init(
    _ configuration: RPCServerConfiguration, authenticator: any Authenticator,
    handler: any RequestHandler
  ) throws(RPCError) {
    tls = try configuration.tls.map { identity throws(RPCError) in
      try TLSContext(server: identity)
    }
    limits = configuration.limits
    spinNanoseconds = UInt64(max(0, configuration.spinMicroseconds)) * 1_000
    serverName = configuration.serverName
    self.authenticator = authenticator
    self.handler = handler
    ledger = ConnectionLedger(limits: configuration.limits)
  }
}

/// One thread with an epoll: serves its connections and takes messages from other threads.
///
/// `@unchecked Sendable`: what changes is touched on the loop's thread alone, but for the mailbox
/// (a mutex), `thread` (written before the thread is known to anybody) and atomics.
@safe final class EventLoop: @unchecked Sendable {
  /// What other threads ask of the loop.
  enum Message: Sendable {
    case listen(Listener)
    case adopt(descriptor: Int32, Peer)
    case decided(ServerConnection, Result<Principal, RPCRefusal>)
    case finish(ServerConnection, token: UInt64, frame: [UInt8], isError: Bool)
    case item(ServerConnection, token: UInt64, frame: [UInt8])
    case itemsTaken(ServerConnection, token: UInt64, byteCount: Int)
    case end(@Sendable (Principal) -> Bool, ErrorReply)
    case drain
    case stop
  }

  private struct Mailbox {
    var messages: [Message] = []
    /// The loop has ended; nobody reads any more.
    var isClosed = false
    var isSleeping = false
  }

  let core: ServerCore
  let counters = ServerCounters()
  /// Chooses the loop that serves a new Unix connection.
  let assign: @Sendable () -> EventLoop?
  /// Connections here, for ``assign``.
  let load = Atomic(0)

  let epoll: Int32
  private let wakeup: Int32
  private let mailbox = Mutex(Mailbox())
  private let hasMail = Atomic(false)
  private var thread = pthread_t()
  private var events: UnsafeMutableBufferPointer<epoll_event>
  let scratch: UnsafeMutableRawBufferPointer

  var connections: [UInt64: ServerConnection] = [:]
  var listeners: [Listener] = []
  /// Closed to make room for accepting, and at once closing, one connection too many.
  var reserveDescriptor: Int32
  var nextID: UInt64 = 1
  var deadlines = DeadlineHeap()
  /// Requests that wait for an answer from another thread, on this loop's connections.
  var trackedCount = 0
  /// Connections that were refused and not yet closed.
  var refusedCount = 0
  var nextSweep = UInt64.max
  var isDraining = false
  var servedRequest = false
  private var dirty: [ServerConnection] = []
  private var spin = SpinPolicy()
  /// The connection that alone was ready when the loop last asked epoll: likely the next one too.
  private var favourite: ServerConnection?
  /// When the loop last asked epoll who is ready, and when its present turn began.
  private var polledAt: UInt64 = 0
  private var turnBegan: UInt64 = 0
  private var isFinished = false

  /// Bytes read at a time: a search is 2 KiB, an import's item a megabyte.
  static let readByteCount = 256 << 10
  private static let eventCount = 128
  private static let wakeupMark: UInt64 = 0
  /// How long the favourite may be read before the others are asked for.
  private static let favourNanoseconds: UInt64 = 200_000
  /// Marks of listeners count down from here; connections count up from 1.
  static let firstListenerMark = UInt64.max

  init(core: ServerCore, assign: @escaping @Sendable () -> EventLoop?) throws(RPCError) {
    self.core = core
    self.assign = assign
    do throws(SystemError) {
      epoll = try SystemError.check("epoll_create1") { epoll_create1(Int32(O_CLOEXEC)) }
      wakeup = try SystemError.check("eventfd") {
        eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
      }
    } catch { throw .system(error) }
    reserveDescriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    unsafe events = .allocate(capacity: Self.eventCount)
    unsafe events.initialize(repeating: epoll_event())
    unsafe scratch = .allocate(byteCount: Self.readByteCount, alignment: 64)
    watch(wakeup, EPOLLIN.rawValue, mark: Self.wakeupMark, adding: true)
  }

  deinit {
    close(epoll)
    close(wakeup)
    if reserveDescriptor >= 0 { close(reserveDescriptor) }
    unsafe events.deallocate()
    unsafe scratch.deallocate()
  }

  /// Starts the loop's thread.
  func start(name: String) -> Thread {
    let ready = Condition(false)
    let thread = Thread.spawn(name: name, stackByteCount: 4 << 20) {
      self.thread = pthread_self()
      ready.withLock { $0 = true }
      self.run()
    }
    _ = ready.wait { $0 ? true : nil }
    return thread
  }

  /// Whether the caller runs on the loop's thread.
  var isCurrent: Bool { pthread_equal(thread, pthread_self()) != 0 }

  /// Hands a message to the loop, from any thread.
  func post(_ message: Message) {
    let mustWake = mailbox.withLock { mailbox in
      if mailbox.isClosed { return false }
      mailbox.messages.append(message)
      defer { mailbox.isSleeping = false }
      return mailbox.isSleeping
    }
    hasMail.store(true, ordering: .releasing)
    if mustWake {
      var one: UInt64 = 1
      _ = unsafe write(wakeup, &one, 8)
    }
  }

  /// Notes that the connection has something to send before the loop sleeps.
  func touch(_ connection: ServerConnection) {
    guard !connection.isDirty else { return }
    connection.isDirty = true
    dirty.append(connection)
  }

  // MARK: The loop

  private func run() {
    while !isFinished {
      let found = waitForEvents()
      let now = Clock.monotonicNanoseconds
      turnBegan = now
      switch found {
      case .events(let count):
        polledAt = now
        favourite = nil
        for place in 0..<count {
          let connection = unsafe dispatch(events[place], now: now)
          if count == 1, let connection, !connection.isGone { favourite = connection }
        }
      case .transfer(let transfer, let connection):
        take(transfer, from: connection, now: now)
        settle(connection, now: now)
      }
      if hasMail.load(ordering: .acquiring) { readMail(now: now) }
      settleTouched(now: now)
      expire(now: now)
      settleTouched(now: now)
      if isDraining && connections.isEmpty { isFinished = true }
    }
    closeAll()
    // What handlers still send is for nobody; keeping it would keep this loop for ever.
    let unread = mailbox.withLock { mailbox in
      mailbox.isClosed = true
      defer { mailbox.messages = [] }
      return mailbox.messages
    }
    for case .adopt(let descriptor, _) in unread { close(descriptor) }
  }

  private func settleTouched(now: UInt64) {
    while let connection = dirty.popLast() {
      connection.isDirty = false
      settle(connection, now: now)
    }
  }

  /// Does what the event asks for; returns the connection that it is of, if any.
  private func dispatch(_ event: epoll_event, now: UInt64) -> ServerConnection? {
    let mark = unsafe event.data.u64
    if mark == Self.wakeupMark {
      var count: UInt64 = 0
      _ = unsafe read(wakeup, &count, 8)
      return nil
    }
    if let connection = connections[mark] {
      ready(connection, events: unsafe event.events, now: now)
      return connection
    }
    let place = Int(truncatingIfNeeded: Self.firstListenerMark - mark)
    if listeners.indices.contains(place) { accept(from: listeners[place], now: now) }
    return nil
  }

  private func readMail(now: UInt64) {
    hasMail.store(false, ordering: .relaxed)
    let messages = mailbox.withLock { mailbox in
      var taken: [Message] = []
      swap(&taken, &mailbox.messages)
      return taken
    }
    for message in messages {
      switch message {
      case .listen(let listener): listen(listener)
      case .adopt(let descriptor, let peer): adopt(descriptor, peer, now: now)
      case .decided(let connection, let result): decided(connection, result, now: now)
      case .finish(let connection, let token, let frame, let isError):
        connection.finish(token: token, frame: frame, isError: isError)
      case .item(let connection, let token, let frame): sendItem(connection, token, frame)
      case .itemsTaken(let connection, let token, let count): credit(connection, token, count)
      case .end(let matches, let reason): end(matches, reason)
      case .drain: drain()
      case .stop: isFinished = true
      }
    }
  }

  /// The connection is gone: it is nobody's favourite.
  func forget(_ connection: ServerConnection) {
    if favourite === connection { favourite = nil }
  }

  // MARK: Waiting

  /// What the loop has to do next.
  private enum Found {
    /// So many of `events`.
    case events(Int)
    /// What a connection had to read; its bytes are in `scratch`.
    case transfer(Channel.Transfer, ServerConnection)
  }

  private func waitForEvents() -> Found {
    let served = servedRequest
    servedRequest = false
    if core.spinNanoseconds > 0, spin.shouldSpin(servedRequest: served), let found = look() {
      return found
    }
    let mayWait = mailbox.withLock { mailbox in
      mailbox.isSleeping = mailbox.messages.isEmpty
      return mailbox.isSleeping
    }
    guard mayWait else { return .events(poll(milliseconds: 0)) }
    let count = poll(milliseconds: timeout())
    mailbox.withLock { $0.isSleeping = false }
    return .events(count)
  }

  /// Looks for something to do for a while; nil where there was nothing.
  private func look() -> Found? {
    let favourite = favourite
    var end: UInt64?
    while true {
      // Twice: a peer on this processor may have run, and asked again, while its answer was sent;
      // if it has not, yielding is what lets it go on.
      for isFirst in [true, false] {
        if let favourite, let transfer = peek(favourite) {
          spin.succeeded()
          return .transfer(transfer, favourite)
        }
        if isFirst { sched_yield() }
      }
      let count = poll(milliseconds: 0)
      if count > 0 || hasMail.load(ordering: .acquiring) {
        spin.succeeded()
        return .events(count)
      }
      let now = Clock.monotonicNanoseconds
      polledAt = now
      if let end, now >= end { break }
      end = end ?? now + core.spinNanoseconds
    }
    spin.failed()
    return nil
  }

  /// Reads the connection without asking epoll, which spares a system call; nil where it has
  /// nothing to read, or the others are to be asked first.
  private func peek(_ connection: ServerConnection) -> Channel.Transfer? {
    guard connection.isPlainlyReadable, turnBegan < polledAt + Self.favourNanoseconds else {
      return nil
    }
    let transfer = receive(connection)
    return transfer == .wouldBlock ? nil : transfer
  }

  /// Milliseconds until something is due; −1 where nothing is.
  private func timeout() -> Int32 {
    let due = min(nextSweep, deadlines.first ?? .max)
    guard due != .max else { return -1 }
    let now = Clock.monotonicNanoseconds
    guard due > now else { return 0 }
    return Int32(min(60_000, (due - now + 999_999) / 1_000_000))
  }

  private func poll(milliseconds: Int32) -> Int {
    let count = unsafe epoll_wait(
      epoll, events.baseAddress, Int32(Self.eventCount), milliseconds)
    precondition(count >= 0 || errno == EINTR, "epoll_wait: \(errno)")
    return Int(max(0, count))
  }

  /// Adds or changes what epoll watches of a descriptor.
  func watch(_ descriptor: Int32, _ interest: UInt32, mark: UInt64, adding: Bool) {
    var event = unsafe epoll_event()
    unsafe event.events = interest
    unsafe event.data.u64 = mark
    let code = unsafe epoll_ctl(epoll, adding ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event)
    precondition(code == 0, "epoll_ctl: \(errno)")
  }
}
