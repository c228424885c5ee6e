import Platform
import RPC

/// The wait until the service has embedded what was written: before, a search does not find it.
struct EmbeddingWait {
  let service: any Service
  /// Where to show how far it is.
  let display: ProgressDisplay
  let asJSON: Bool
  /// Whether nobody wants to wait any more.
  let isInterrupted: () -> Bool
  /// How long nothing may be embedded before the wait is given up.
  var patienceMilliseconds = 60_000
  /// The same where the service says what is wrong.
  var troubledMilliseconds = 10_000

  /// Waits, where the rows are indexed, and notes how it ended.
  func run(into report: inout ImportReport) {
    guard report.searchableNanoseconds != nil else { return }
    let begin = Clock.monotonicNanoseconds
    (report.pendingEmbeddings, report.embeddingTrouble) = run()
    report.searchableNanoseconds? += Clock.monotonicNanoseconds - begin
    if report.pendingEmbeddings > 0 { report.searchableNanoseconds = nil }
  }

  /// Waits.
  ///
  /// - Returns: Entries of the business that are left, 0 where all are embedded, and the service's
  ///   word on why.
  func run() -> (pending: Int, trouble: String) {
    defer { display.clear() }
    let begin = Clock.monotonicNanoseconds
    var moved = begin
    var pending: Int?
    var most = 0
    var trouble = ""
    while true {
      if let stats = try? service.call(.stats, StatsRequest(), for: StatsReply.self) {
        let now = Int(clamping: stats.embedding?.pending ?? 0)
        trouble = stats.embedding?.trouble ?? ""
        if now < pending ?? .max { moved = Clock.monotonicNanoseconds }
        pending = now
        most = max(most, now)
      }
      guard let pending, pending > 0, !isInterrupted() else { return (pending ?? 0, trouble) }
      let patience = trouble.isEmpty ? patienceMilliseconds : troubledMilliseconds
      let waited = (Clock.monotonicNanoseconds - moved) / 1_000_000
      if waited >= UInt64(patience) { return (pending, trouble) }
      display.update(progress(done: most - pending, of: most, since: begin))
      Thread.sleep(milliseconds: min(200, patience))
    }
  }

  private func progress(done: Int, of count: Int, since begin: UInt64) -> TransferProgress {
    var progress = TransferProgress(
      name: "embedding", rowCount: UInt64(done), rejectedCount: 0, inputBytes: asJSON ? 0 : done,
      inputByteCount: asJSON ? nil : count,
      elapsedSeconds: Double(Clock.monotonicNanoseconds - begin) / 1e9)
    progress.remark = asJSON ? "embedding" : ""
    return progress
  }
}
