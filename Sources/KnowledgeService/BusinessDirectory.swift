import Platform
import Synchronization
import Truth

/// Which business a name, an id or a key belongs to.
///
/// A key that was right is remembered, so that connections do not wait for the database: for
/// ``freshNanoseconds`` at most while the database answers, and it is looked at again every few
/// seconds by ``recheck(bound:)``. While the database is away, what was right when it was last seen
/// counts on, for as long as ``ServiceLimits/keyOutageMilliseconds``.
final class BusinessDirectory: Sendable {
  /// Answers remembered at most.
  static let capacity = 10_000
  /// A key that nobody has used for so long is not looked at until somebody does.
  private static let unusedNanoseconds: UInt64 = 60_000_000_000

  private struct Remembered {
    let business: UUID
    /// When the database last said so.
    var confirmedNanoseconds: UInt64
    var usedNanoseconds: UInt64
  }

  private struct Memory {
    /// By the key's credential: secrets are not kept.
    var keys: [UUID: Remembered] = [:]
    var names: [ByteText: Remembered] = [:]
    /// Whether the database was away when it was last asked.
    var isAway = false
    /// When all keys in use were last looked at.
    var checkedNanoseconds = Clock.monotonicNanoseconds
  }

  /// What is to be done about connections that were let in with a key.
  enum Verdict: Equatable {
    /// End those of these credentials: their keys are not in force.
    case revoked(Set<UUID>)
    /// End all: the database has been away for too long to know.
    case unknown
  }

  private let entries: EntryStore
  private let freshNanoseconds: UInt64
  private let outageNanoseconds: UInt64
  private let memory = Mutex(Memory())

  /// - Parameter entries: With connections of its own, so that nobody's writes hold up a key.
  init(entries: EntryStore, limits: ServiceLimits) {
    self.entries = entries
    freshNanoseconds = UInt64(limits.keyCheckMilliseconds) * 2_000_000
    outageNanoseconds = UInt64(limits.keyOutageMilliseconds) * 1_000_000
  }

  // MARK: Names

  /// The business with this name or id. Blocks on the database; what it said before counts only
  /// while it is away.
  ///
  /// - Returns: nil where there is none.
  /// - Throws: ``TruthError`` where the database is away and the answer unknown.
  func business(named nameOrID: String) throws(TruthError) -> UUID? {
    if let known = remembered(in: \.names, ByteText(nameOrID), onlyAway: true) { return known }
    let now = Clock.monotonicNanoseconds
    do throws(TruthError) {
      let business = try entries.business(nameOrID).businessID
      remember(in: \.names, ByteText(nameOrID), business, askedAt: now)
      return business
    } catch {
      if case .unknownBusiness = error {
        forget(in: \.names, ByteText(nameOrID))
        return nil
      }
      try noteOutage(error)
      // An id needs no database: a wrong one finds no files.
      if let known = remembered(in: \.names, ByteText(nameOrID), onlyAway: true) ?? UUID(nameOrID) {
        return known
      }
      throw error
    }
  }

  // MARK: Keys

  /// What stands for a key in memory and in a connection's principal: half of its SHA-256.
  static func credential(of secret: String) -> UUID {
    credential(hash: SHA256.hash(Array(secret.utf8)))
  }

  private static func credential(hash: [UInt8]) -> UUID { UUID(bytes: Array(hash.prefix(16)))! }

  /// The business of a key, where no database is needed to say so: it was right a moment ago, or
  /// the database is known to be away.
  func knownBusiness(ofKey credential: UUID) -> UUID? {
    remembered(in: \.keys, credential, onlyAway: false)
  }

  /// The business that a key belongs to. Blocks on the database.
  ///
  /// - Returns: nil where the key is wrong or revoked.
  /// - Throws: ``TruthError`` where the database is away and the answer unknown.
  func business(forKey secret: String) throws(TruthError) -> UUID? {
    let credential = Self.credential(of: secret)
    let now = Clock.monotonicNanoseconds
    do throws(TruthError) {
      guard let business = try entries.business(forKey: secret) else {
        forget(in: \.keys, credential)
        return nil
      }
      remember(in: \.keys, credential, business, askedAt: now)
      return business
    } catch {
      try noteOutage(error)
      if let known = remembered(in: \.keys, credential, onlyAway: true) { return known }
      throw error
    }
  }

  /// Looks at all keys in use: those of open connections and those used of late. Blocks on the
  /// database.
  ///
  /// - Parameter bound: Credentials of open connections, with their businesses.
  func recheck(bound: [UUID: UUID]) -> Verdict {
    let now = Clock.monotonicNanoseconds
    let wanted = memory.withLock { memory in
      memory.keys.values.reduce(into: Set(bound.values)) { wanted, key in
        if now < key.usedNanoseconds + Self.unusedNanoseconds { wanted.insert(key.business) }
      }
    }
    let inForce: Set<UUID>
    do throws(TruthError) {
      inForce = Set(try entries.keyHashes(of: Array(wanted)).map(Self.credential(hash:)))
    } catch {
      return memory.withLock { memory in
        if !memory.isAway { Log.warning("keys cannot be checked", ["reason": .string("\(error)")]) }
        memory.isAway = true
        return now >= memory.checkedNanoseconds + outageNanoseconds ? .unknown : .revoked([])
      }
    }
    memory.withLock { memory in
      memory.isAway = false
      memory.checkedNanoseconds = now
      for (credential, key) in memory.keys where wanted.contains(key.business) {
        if inForce.contains(credential) {
          memory.keys[credential]?.confirmedNanoseconds = now
        } else if key.confirmedNanoseconds < now {
          memory.keys[credential] = nil
        }
      }
    }
    return .revoked(Set(bound.keys.filter { !inForce.contains($0) }))
  }

  // MARK: Memory

  private func remembered<Key>(
    in table: WritableKeyPath<Memory, [Key: Remembered]>, _ key: Key, onlyAway: Bool
  ) -> UUID? {
    let now = Clock.monotonicNanoseconds
    return memory.withLock { memory in
      guard let known = memory[keyPath: table][key] else { return nil }
      let age = now - min(now, known.confirmedNanoseconds)
      let counts =
        memory.isAway ? age < outageNanoseconds : !onlyAway && age < freshNanoseconds
      guard counts else { return nil }
      memory[keyPath: table][key]?.usedNanoseconds = now
      return known.business
    }
  }

  private func remember<Key>(
    in table: WritableKeyPath<Memory, [Key: Remembered]>, _ key: Key, _ business: UUID,
    askedAt now: UInt64
  ) {
    memory.withLock { memory in
      memory.isAway = false
      if memory[keyPath: table].count >= Self.capacity, memory[keyPath: table][key] == nil,
        let other = memory[keyPath: table].keys.first
      {
        memory[keyPath: table][other] = nil
      }
      memory[keyPath: table][key] = Remembered(
        business: business, confirmedNanoseconds: now, usedNanoseconds: now)
    }
  }

  private func forget<Key>(in table: WritableKeyPath<Memory, [Key: Remembered]>, _ key: Key) {
    memory.withLock { memory in
      memory.isAway = false
      memory[keyPath: table][key] = nil
    }
  }

  private func noteOutage(_ error: TruthError) throws(TruthError) {
    guard error.isOutage else { throw error }
    memory.withLock { $0.isAway = true }
  }
}
