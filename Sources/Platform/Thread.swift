import CSystem
import Glibc
import Synchronization

/// A POSIX thread of ours, for calls that block: Swift's cooperative pool must never wait.
///
/// Dropping the value lets the thread run on by itself; its memory is given back when it ends.
///
/// `@unchecked Sendable`: `handle` is written once before the value is shared.
public final class Thread: @unchecked Sendable {
  private var handle = pthread_t()
  private let isJoined = Atomic<Bool>(false)

  private final class Start {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  private init() {}

  deinit {
    if !isJoined.load(ordering: .acquiring) { pthread_detach(handle) }
  }

  /// Starts a thread that runs `body` once.
  ///
  /// - Parameters:
  ///   - name: Shown by `top -H` and debuggers; cut at 15 bytes.
  ///   - stackByteCount: Room for its stack.
  ///   - body: What to run. All signals but the synchronous ones are blocked in it.
  public static func spawn(
    name: String, stackByteCount: Int = 1 << 20, body: @escaping @Sendable () -> Void
  ) -> Thread {
    let thread = Thread()
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setstacksize(&attributes, stackByteCount)
    defer { unsafe pthread_attr_destroy(&attributes) }
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    // Signals belong to the main thread: a thread inherits the mask it is born with.
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    for number in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP] {
      unsafe sigdelset(&all, number)
    }
    unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
    let code = unsafe pthread_create(
      &thread.handle, &attributes,
      { argument in
        let start = unsafe Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
        unsafe cs_set_thread_name(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    precondition(code == 0, "pthread_create: \(unsafe String(cString: strerror(code)))")
    return thread
  }

  /// Waits until the thread's body has returned. Call it once at most; another call returns at
  /// once.
  public func join() {
    // A joined thread's memory is gone, and whoever detaches or joins it then reaches into nothing.
    guard !isJoined.exchange(true, ordering: .acquiringAndReleasing) else { return }
    pthread_join(handle, nil)
  }

  /// Pauses the calling thread.
  public static func sleep(milliseconds: Int) {
    guard milliseconds > 0 else { return }
    var rest = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    var left = rest
    while unsafe nanosleep(&rest, &left) == -1 && errno == EINTR { rest = left }
  }

  /// Asks the scheduler to prefer other threads over the calling one (nice 10, this thread only).
  public static func lowerPriority() {
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(cs_thread_id()), 10)
  }
}
