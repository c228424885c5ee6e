import Platform
import RPC
import Truth

/// Decides who a connection is: a key binds it to the key's business; without one, a process of the
/// service's own user (or root) on the Unix socket is the operator, who may name a business.
struct ServiceAuthenticator: Authenticator {
  let businesses: BusinessDirectory
  /// Runs what waits for the database, and nothing else: by address or user, so that one who tries
  /// wrong keys all day holds up only himself.
  let workers: WorkerPool<String>
  /// User ids that are operators.
  let operators: Set<UInt32>

  func authenticate(
    _ hello: HelloRequest, _ peer: Peer,
    _ decide: @escaping @Sendable (Result<Principal, RPCRefusal>) -> Void
  ) {
    if hello.apiKey.isEmpty && hello.business.isEmpty {
      return decide(isOperator(peer) ? .success(.operator()) : .failure(Self.noCredentials))
    }
    if !hello.apiKey.isEmpty && hello.business.isEmpty {
      let credential = BusinessDirectory.credential(of: hello.apiKey)
      if let business = businesses.knownBusiness(ofKey: credential) {
        return decide(.success(.business(business, credential: credential)))
      }
    }
    let admission = workers.submit(for: Self.origin(of: peer)) {
      do throws(RPCRefusal) { decide(.success(try identify(hello, peer))) } catch {
        decide(.failure(error))
      }
    }
    if let refusal = RPCRefusal(admission, workers, share: "address") { decide(.failure(refusal)) }
  }

  private static func origin(of peer: Peer) -> String {
    switch peer {
    case .unix(let userID, _, _): "user \(userID)"
    case .tcp(let address): address
    }
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
        return .business(
          business, credential: BusinessDirectory.credential(of: hello.apiKey))
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
