import Platform
import RPC
import Synchronization
import Truth

/// Which business a name, an id or a key belongs to.
///
/// Answers are remembered for a minute, so that connections do not wait for the database, and for
/// as long as the database is away, so that searches go on.
final class BusinessDirectory: Sendable {
  /// How long an answer counts while the database can be asked.
  static let lifetimeNanoseconds: UInt64 = 60_000_000_000
  /// Answers remembered at most.
  static let capacity = 10_000

  private struct Remembered {
    let business: UUID
    let askedNanoseconds: UInt64
  }

  private let entries: EntryStore
  /// By `name:` and the name or id, or by `key:` and the key's SHA-256: secrets are not kept.
  private let memory = Mutex<[String: Remembered]>([:])

  init(entries: EntryStore) { self.entries = entries }

  /// The business with this name or id. Blocks on the database unless the answer is remembered.
  ///
  /// - Returns: nil where there is none.
  /// - Throws: ``TruthError`` where the database is away and the answer unknown.
  func business(named nameOrID: String) throws(TruthError) -> UUID? {
    try remembered("name:" + nameOrID) { () throws(TruthError) in
      do throws(TruthError) { return try entries.business(nameOrID).businessID } catch {
        if case .unknownBusiness = error { return nil }
        // An id needs no database: a wrong one finds no files.
        if error.isOutage, let id = UUID(nameOrID) { return id }
        throw error
      }
    }
  }

  /// The business that a key belongs to. Blocks as ``business(named:)`` does.
  func business(forKey secret: String) throws(TruthError) -> UUID? {
    try remembered("key:" + hexadecimal(SHA256.hash(Array(secret.utf8)))) {
      () throws(TruthError) in
      try entries.business(forKey: secret)
    }
  }

  private func remembered(
    _ key: String, ask: () throws(TruthError) -> UUID?
  ) throws(TruthError) -> UUID? {
    let now = Clock.monotonicNanoseconds
    let known = memory.withLock { $0[key] }
    if let known, now - known.askedNanoseconds < Self.lifetimeNanoseconds { return known.business }
    do throws(TruthError) {
      guard let business = try ask() else {
        memory.withLock { $0[key] = nil }
        return nil
      }
      memory.withLock { memory in
        if memory.count >= Self.capacity { memory.removeAll() }
        memory[key] = Remembered(business: business, askedNanoseconds: now)
      }
      return business
    } catch {
      if error.isOutage, let known { return known.business }
      throw error
    }
  }
}

/// Decides who a connection is: a key binds it to the key's business; without one, a process of the
/// service's own user (or root) on the Unix socket is the operator, who may name a business.
struct ServiceAuthenticator: Authenticator {
  let businesses: BusinessDirectory
  /// Runs what may wait for the database.
  let workers: WorkerPool
  /// User ids that are operators.
  let operators: Set<UInt32>

  func authenticate(
    _ hello: HelloRequest, _ peer: Peer,
    _ decide: @escaping @Sendable (Result<Principal, RPCRefusal>) -> Void
  ) {
    if hello.apiKey.isEmpty && hello.business.isEmpty {
      return decide(isOperator(peer) ? .success(.operator()) : .failure(Self.noCredentials))
    }
    let isAccepted = workers.submit {
      do throws(RPCRefusal) { decide(.success(try identify(hello, peer))) } catch {
        decide(.failure(error))
      }
    }
    if !isAccepted { decide(.failure(.busy)) }
  }

  private func identify(_ hello: HelloRequest, _ peer: Peer) throws(RPCRefusal) -> Principal {
    do throws(TruthError) {
      if !hello.apiKey.isEmpty {
        guard let business = try businesses.business(forKey: hello.apiKey) else {
          throw TruthError.unknownBusiness("")
        }
        // A key that names a business must be that business's own.
        if !hello.business.isEmpty, try businesses.business(named: hello.business) != business {
          throw TruthError.unknownBusiness("")
        }
        return .business(business)
      }
    } catch {
      if case .unknownBusiness = error { throw Self.wrongKey }
      throw RPCRefusal(error)
    }
    guard isOperator(peer) else { throw Self.noCredentials }
    do throws(TruthError) {
      if let business = try businesses.business(named: hello.business) {
        return .operator(for: business)
      }
    } catch { throw RPCRefusal(error) }
    throw RPCRefusal(
      .notFound, "there is no business \"\(hello.business)\"",
      remediation: "see knowledge business list, or create it with knowledge business create")
  }

  private func isOperator(_ peer: Peer) -> Bool {
    if case .unix(let userID, _, _) = peer { return operators.contains(userID) }
    return false
  }

  private static let noCredentials = RPCRefusal(
    .unauthenticated, "the connection carries no key, and its user is not the operator",
    remediation: "connect with a business's key (--api-key, KNOWLEDGE_API_KEY)")

  private static let wrongKey = RPCRefusal(
    .unauthenticated, "the key is wrong, revoked, or another business's",
    remediation: "use the key that knowledge business create printed")
}
