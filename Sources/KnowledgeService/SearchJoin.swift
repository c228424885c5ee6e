import Platform
import RPC
import Synchronization

/// Exact searches that wait for a thread and ask the same of the same rows: one pass answers all.
///
/// Nobody waits for company. Each search has a job of its own in the pool; whichever job runs takes
/// its part of what has gathered by then, so a lone search is a batch of one, and a job whose
/// search was taken has nothing to do. Searches to a recall target gain nothing by company and stay
/// apart.
final class SearchJoin: Sendable {
  /// What must be the same for searches to share a pass.
  struct Key: Hashable {
    let business: UUID
    let collection: String
    /// The filter as it is sent.
    let filter: [UInt8]
    let k: UInt32
    let omitContent: Bool
    let includeVector: Bool
    let idsOnly: Bool

    /// nil for a search that is answered apart.
    init?(_ request: RPC.SearchRequest, _ principal: Principal) {
      guard request.exact || request.recallTarget == 1, !request.explain, request.minXID == 0,
        request.minPosition == nil, let business = principal.business
      else { return nil }
      self.business = business
      collection = request.collection
      filter = request.filter?.encoded() ?? []
      (k, omitContent, includeVector) = (request.k, request.omitContent, request.includeVector)
      idsOnly = request.idsOnly
    }
  }

  /// A search and the way to answer it.
  typealias Waiting = (exchange: Exchange, request: RPC.SearchRequest)

  /// Searches that one pass answers: fewer are quicker one after the other, more gain nothing.
  static let partCount = 8...64

  private let waiting = Mutex<[Key: [Waiting]]>([:])
  private let threadCount: Int

  /// - Parameter threadCount: Threads that may take parts at the same time.
  init(threadCount: Int) { self.threadCount = threadCount }

  /// Adds a search; the caller sees to it that somebody calls ``take(_:)`` afterwards.
  func add(_ search: Waiting, _ key: Key) {
    waiting.withLock { $0[key, default: []].append(search) }
  }

  /// Takes back a search that gets no thread.
  ///
  /// - Returns: False where a part that was taken has it: it is answered there.
  func remove(_ exchange: Exchange, _ key: Key) -> Bool {
    waiting.withLock { waiting in
      guard let place = waiting[key]?.firstIndex(where: { $0.exchange === exchange }) else {
        return false
      }
      waiting[key]?.remove(at: place)
      if waiting[key]?.isEmpty == true { waiting[key] = nil }
      return true
    }
  }

  /// A thread's part of the searches that wait, the oldest first; empty where others took all.
  func take(_ key: Key) -> [Waiting] {
    waiting.withLock { waiting in
      guard let all = waiting[key] else { return [] }
      let share = min(Self.partCount.upperBound, (all.count + threadCount - 1) / threadCount)
      let count = share < Self.partCount.lowerBound ? 1 : share
      waiting[key] = count < all.count ? Array(all[count...]) : nil
      return Array(all[..<count])
    }
  }
}
