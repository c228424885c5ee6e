import Platform

/// A bulk import under way: batches go out while acknowledgements come in.
///
///     let stream = try client.bulkImport(ImportRequest(collection: "products"))
///     for batch in batches { for ack in try stream.send(batch) { note(ack) } }
///     let (acks, summary) = try stream.finish()
public final class BulkImportStream: Sendable {
  private let core: ClientCore
  private let id: UInt32
  private let deadline: UInt64?

  init(_ core: ClientCore, id: UInt32, deadline: UInt64?) {
    self.core = core
    self.id = id
    self.deadline = deadline
  }

  deinit { try? core.withLock { $0.abandon(id) } }

  /// Sends a batch, waiting until the server has room for it.
  ///
  /// - Returns: Acknowledgements that have arrived; a batch is safe when its own is among them.
  /// - Throws: ``RPCError``; what is not acknowledged may or may not be stored.
  public func send(_ batch: ImportBatch) throws(RPCError) -> [ImportAck] {
    try core.withLock { (core) throws(RPCError) in
      let isSent = try core.sendItem(id, batch, deadline: deadline)
      let acks: [ImportAck] = try core.takeItems(id, wait: false, deadline: deadline)
      if !isSent {
        // The server has answered early: with the reason.
        let _: ImportSummary = try core.answer(id, deadline: deadline)
        throw .connectionClosed
      }
      return acks
    }
  }

  /// Waits for acknowledgements.
  ///
  /// - Parameter timeoutMilliseconds: How long at most; nil waits as long as the stream's deadline
  ///   allows.
  /// - Returns: Those that arrived; none when the time is up.
  /// - Throws: ``RPCError``, also where the server has ended the import early: with its reason.
  public func acknowledgements(
    timeoutMilliseconds: Int? = nil
  ) throws(RPCError) -> [ImportAck] {
    let limit = timeoutMilliseconds.map {
      Clock.monotonicNanoseconds + UInt64(max(0, $0)) * 1_000_000
    }
    let until = [limit, deadline].compactMap { $0 }.min()
    return try core.withLock { (core) throws(RPCError) in
      let acks: [ImportAck]
      do throws(RPCError) {
        acks = try core.takeItems(id, wait: true, deadline: until)
      } catch {
        if error == .deadlineExceeded, until == limit, limit != nil { return [] }
        throw error
      }
      guard acks.isEmpty else { return acks }
      let _: ImportSummary = try core.answer(id, deadline: deadline)
      throw .connectionClosed
    }
  }

  /// Ends the import and waits for the rest of the acknowledgements and the summary.
  public func finish() throws(RPCError) -> (acks: [ImportAck], summary: ImportSummary) {
    try core.withLock { (core) throws(RPCError) in
      try core.endItems(id)
      var acks: [ImportAck] = []
      while true {
        let more: [ImportAck] = try core.takeItems(id, wait: true, deadline: deadline)
        if more.isEmpty { break }
        acks += more
      }
      return (acks, try core.answer(id, deadline: deadline))
    }
  }
}

/// An export under way.
///
///     let stream = try client.export(ExportRequest())
///     while let entries = try stream.next() { … }
///     print(stream.summary)
public final class ExportStream: Sendable {
  private let core: ClientCore
  private let id: UInt32
  private let deadline: UInt64?
  private let state = Condition(State())

  private struct State {
    var waiting: [ExportItem] = []
    var summary: ExportSummary?
  }

  init(_ core: ClientCore, id: UInt32, deadline: UInt64?) {
    self.core = core
    self.id = id
    self.deadline = deadline
  }

  deinit { try? core.withLock { $0.abandon(id) } }

  /// What the server said at the end; nil before ``next()`` has returned nil.
  public var summary: ExportSummary? { state.withLock { $0.summary } }

  /// The next entries, or nil at the end.
  public func next() throws(RPCError) -> [Entry]? {
    while true {
      let waiting = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
      if let waiting { return waiting.entries }
      if summary != nil { return nil }
      try core.withLock { (core) throws(RPCError) in
        let items: [ExportItem] = try core.takeItems(id, wait: true, deadline: deadline)
        if items.isEmpty {
          let summary: ExportSummary = try core.answer(id, deadline: deadline)
          state.withLock { $0.summary = summary }
        } else {
          state.withLock { $0.waiting += items }
        }
      }
    }
  }
}

extension RPCClient {
  /// Opens a bulk import.
  ///
  /// - Parameter deadlineMilliseconds: For the whole import; nil for none.
  public func bulkImport(
    _ request: ImportRequest, deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> BulkImportStream {
    try core.withLock { (core) throws(RPCError) in
      let (id, deadline) = core.open(.bulkImport, request, deadlineMilliseconds)
      try core.sendAll(deadline: deadline)
      return BulkImportStream(core, id: id, deadline: deadline)
    }
  }

  /// Opens an export.
  ///
  /// - Parameter deadlineMilliseconds: For the whole export; nil for none.
  public func export(
    _ request: ExportRequest, deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> ExportStream {
    try core.withLock { (core) throws(RPCError) in
      let (id, deadline) = core.open(.export, request, deadlineMilliseconds)
      try core.sendAll(deadline: deadline)
      return ExportStream(core, id: id, deadline: deadline)
    }
  }
}
