import Platform

/// Gives large segments their graphs, in the background: a file that is good is taken, else the
/// graph is built. Until then searches scan.
final class GraphUpkeep: Sendable {
  private struct Queue {
    var waiting: [(collection: Collection, segment: Segment)] = []
    /// Whose segment has its turn.
    var current: Collection?
    var isRunning = false
  }

  private let queue = Condition(Queue())
  private let thread = Condition<Thread?>(nil)

  /// Starts the thread; without this, requests are dropped.
  func start() {
    queue.withLock { $0.isRunning = true }
    thread.withLock { thread in
      thread = Thread.spawn(name: "store-graph") {
        Thread.lowerPriority()
        self.run()
      }
    }
  }

  /// Ends the thread; a build that is not done is given up.
  func stop() {
    queue.withLock { $0 = Queue() }
    let running = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    running?.join()
  }

  /// Has a segment that was opened given its graph, if it is large enough for one.
  func request(_ collection: Collection, _ segment: Segment) {
    let options = collection.core.options
    guard options.index == .graph, segment.reference.rowCount >= options.graphRowLimit else {
      return
    }
    queue.withLock { if $0.isRunning { $0.waiting.append((collection, segment)) } }
  }

  /// Returns once no segment of the collection waits for its graph, or the thread ends.
  func wait(for collection: Collection) {
    queue.wait { queue in
      let isAwaited =
        queue.current === collection || queue.waiting.contains { $0.collection === collection }
      return queue.isRunning && isAwaited ? nil : ()
    }
  }

  private var isStopping: Bool { queue.withLock { !$0.isRunning } }

  private func run() {
    while true {
      let next: (work: (collection: Collection, segment: Segment)?, isEnd: Bool)? = queue.wait {
        queue in
        if !queue.isRunning { return (nil, true) }
        queue.current = queue.waiting.first?.collection
        return queue.waiting.isEmpty ? nil : (queue.waiting.removeFirst(), false)
      }
      guard let next, !next.isEnd else { return }
      guard let (collection, segment) = next.work else { continue }
      Self.equip(segment, of: collection) { self.isStopping || collection.isOutOfService }
      queue.withLock { $0.current = nil }
    }
  }

  /// Gives a segment its graph, on the calling thread.
  ///
  /// - Returns: Whether it has one now.
  @discardableResult
  static func equip(
    _ segment: Segment, of collection: Collection, isStopped: @escaping () -> Bool = { false }
  ) -> Bool {
    func isOver() -> Bool { isStopped() || segment.isRetired }
    guard !isOver(), let data = segment.openedData else { return false }
    if data.graph != nil { return true }
    let dimension = collection.configuration.dimension
    let path = collection.directory + "/" + FileFormat.graphName(segment.reference.number)
    func take() -> Bool {
      guard
        let graph = GraphFile.open(
          path: path, segment: segment.reference, dimension: dimension, isStopped: isOver)
      else { return false }
      data.adopt(graph)
      if segment.isShortOfMemory { data.leaveToGraph() }
      return true
    }
    if take() { return true }
    data.willReadVectors()
    let image = withExtendedLifetime(data) {
      let rows = unsafe data.columns.rows(count: data.rowCount, live: nil)
      return GraphBuilder(rows: rows, isStopped: isOver).build(
        segment: segment.reference.number, segmentChecksum: segment.reference.headerChecksum)
    }
    // Zeros in place of rows would give a graph of nothing.
    guard let image, (try? data.checkReadable()) != nil, !isOver() else { return false }
    do throws(SystemError) {
      try GraphFile.write(image, to: path)
    } catch {
      if !isOver() {
        Log.warning(
          "a graph could not be written; its segment is scanned",
          ["path": .string(path), "reason": .string(error.description)])
      }
      return false
    }
    // Whoever retired it meanwhile may have removed its files before this one was there.
    if segment.isRetired {
      try? FileSystem.remove(path)
      return false
    }
    return take()
  }
}
