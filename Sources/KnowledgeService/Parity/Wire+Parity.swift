import Platform
import RPC
import Truth

extension VerifyReply {
  /// Puts what a comparison found into the answer.
  mutating func fill(_ outcome: ParityOutcome) {
    rowsCompared = UInt64(outcome.rowCount)
    truthDifferences = UInt64(outcome.differenceCount)
    repaired = UInt64(outcome.repairedCount)
    collectionsCompared = UInt64(outcome.collectionCount)
    collectionsIncomplete = UInt64(outcome.incompleteCount)
    bucketsCompared = UInt64(outcome.bucketCount)
    bucketsDifferent = UInt64(outcome.differingBucketCount)
    rowsWaiting = UInt64(outcome.waitingCount)
    differences = outcome.examples.map { example in
      let kind: DifferenceKind =
        switch example.kind {
        case .missing: .missing
        case .extra: .extra
        case .different: .different
        }
      return Difference(
        businessID: example.collection.owner.bytes, collection: example.collection.name,
        entryID: example.entry.bytes, kind: kind)
    }
    position = outcome.position.map { RPC.Position($0, sequence: 0) }
  }
}

extension RPC.Position {
  /// The message of a position of the truth.
  init(_ position: Truth.Position, sequence: UInt64) {
    self.init(
      snapshot: position.snapshot.text, systemIdentifier: "\(position.systemIdentifier)",
      sequence: sequence)
  }
}

extension ParityStats {
  /// The message of what was compared since the start.
  init(_ counts: Parity.Counts) {
    self.init()
    rounds = counts.roundCount
    rows = counts.rowCount
    differences = counts.differenceCount
    repaired = counts.repairedCount
    unrepaired = counts.unrepairedCount
    endedAt = Int64(clamping: counts.endedMicroseconds)
    tookMicroseconds = counts.tookMicroseconds
    collectionsDone = counts.done
    collectionsTotal = counts.total
    trouble = counts.trouble ?? ""
  }
}
