import KnowledgeStore
import Platform
import Truth

/// What a parity check found.
struct ParityOutcome: Sendable {
  /// What is wrong with an entry of the files.
  enum Kind: String, Sendable {
    /// The truth has it, the files do not.
    case missing
    /// The files have it, the truth does not.
    case extra
    /// Both have it, in different states.
    case different
  }

  /// One entry that differs.
  struct Difference: Hashable, Sendable {
    let collection: CollectionKey
    let entry: UUID
    let kind: Kind
  }

  /// Differences that are told one by one.
  static let exampleLimit = 100

  /// Collections that were compared.
  var collectionCount = 0
  /// Those that were left out, for they are being made again.
  var incompleteCount = 0
  /// Rows of the truth that were compared.
  var rowCount = 0
  /// Buckets that were compared, and those whose sums differed.
  var bucketCount = 0
  var differingBucketCount = 0
  /// Rows that the files lack for a reason that is known: their vector is still to be made, or they
  /// cannot be served.
  var waitingCount = 0
  /// Entries that differed, and those that did not any more after the repair.
  var differenceCount = 0
  var repairedCount = 0
  /// The first of those that differed.
  var examples: [Difference] = []
  /// What both sides reflected, of the last part.
  var position: Truth.Position?

  mutating func add(_ other: ParityOutcome) {
    collectionCount += other.collectionCount
    incompleteCount += other.incompleteCount
    rowCount += other.rowCount
    bucketCount += other.bucketCount
    differingBucketCount += other.differingBucketCount
    waitingCount += other.waitingCount
    differenceCount += other.differenceCount
    repairedCount += other.repairedCount
    examples += other.examples.prefix(Self.exampleLimit - examples.count)
    position = other.position ?? position
  }
}
