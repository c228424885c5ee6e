import KnowledgeStore
import Platform
import Truth

/// What it takes to prove that files hold what the truth holds: the sums of both sides, as of one
/// snapshot, bucket by bucket.
struct ParityRun {
  let feed: ChangeFeed
  let connectionInfo: String
  let directory: String
  private static let mask: UInt32 = 1023

  /// Fills a store with all rows of `collection` and compares it several times.
  func run(
    _ position: inout Truth.Position, business: UUID, collection name: String
  ) throws(TruthError) {
    do throws(StoreError) {
      let store = try Store.open(directory: directory + "/store")
      defer { store.close() }
      let collection = try store.collection(
        CollectionKey(owner: business, name: name),
        configuration: CollectionConfiguration(dimension: 8, model: "none", modelFingerprint: 1))
      try fill(collection, &position)
      try store.commit(position: [])
      let reader: ParityReader
      do throws(TruthError) { reader = try ParityReader(connectionInfo: connectionInfo) } catch {
        throw StoreError.closed
      }
      for _ in 0..<5 { try compare(collection, reader, &position, business) }
    } catch { print("parity failed: \(error)") }
  }

  private func fill(
    _ collection: Collection, _ position: inout Truth.Position
  ) throws(StoreError) {
    var failure: StoreError?
    let scope = FeedScope(business: collection.key.owner, collection: collection.key.name)
    do throws(TruthError) {
      let step = try feed.step(from: position, scanning: [scope], force: true) {
        (event) throws(TruthError) in
        guard case .scanned(let entries) = event else { return }
        let changes = entries.compactMap(\.row).map { row in
          Change.upsert(
            Entry(
              id: row.entryID, version: row.version, stamp: row.stamp,
              vector: [1, 0, 0, 0, 0, 0, 0, 0], title: row.title, content: row.content))
        }
        do throws(StoreError) { try collection.apply(changes) } catch { failure = error }
      }
      if let step { position = step.position }
    } catch { print("the feed failed: \(error)") }
    if let failure { throw failure }
  }

  private func compare(
    _ collection: Collection, _ reader: ParityReader, _ position: inout Truth.Position,
    _ business: UUID
  ) throws(StoreError) {
    let began = Clock.monotonicNanoseconds
    do throws(TruthError) {
      feed.shareNextSnapshot { name in try? reader.adopt(name) }
      let step = try feed.step(from: position, force: true) { (_) throws(TruthError) in }
      if let step { position = step.position }
      let part = ParityReader.Part(
        business: business, collection: collection.key.name, mask: Self.mask)
      let database = try reader.sums(of: [part])[0]
      reader.release()
      let middle = Clock.monotonicNanoseconds
      let cpu = Clock.threadNanoseconds
      let files: [ParitySum]
      do throws(StoreError) { files = try collection.view().paritySums(mask: Self.mask) } catch {
        print("the files failed: \(error)")
        return
      }
      let filesCPU = Clock.threadNanoseconds - cpu
      let end = Clock.monotonicNanoseconds
      let differing = zip(database, files).count { $0.count != $1.count || $0.sum != $1.sum }
      func ms(_ nanoseconds: UInt64) -> String { "\(Double(nanoseconds / 100_000) / 10)" }
      print(
        "parity of \(files.reduce(0) { $0 + $1.count }) rows in \(files.count) buckets: "
          + "\(ms(end - began)) ms, of it the files \(ms(filesCPU)) ms of processor time, "
          + "the database \(ms(middle - began)) ms; \(differing) buckets differ")
    } catch { print("the truth failed: \(error)") }
  }
}
