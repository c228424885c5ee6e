import Agent
import Platform
import RPC
import Synchronization

/// The knowledge service, spoken to by its binary protocol.
///
/// The service binds each connection to one business, by its hello, and answers on it from that
/// business's files alone; so a call takes a connection of its own business, or makes one. A
/// connection that was lost while nobody used it is replaced within the call. Any number of threads
/// may call: each has a connection for as long as its call takes.
public final class KnowledgeClient: KnowledgeSearching {
  /// Who connects, and how patiently.
  public struct Options: Sendable {
    /// The operator's key; empty where the service trusts the user id.
    public var apiKey = ""
    /// What to trust of a service on TCP; nil speaks in the clear.
    public var tls: TLSTrust?
    /// For one call, connecting included, in milliseconds. A service that does not answer at all
    /// takes up to 100 more.
    public var callMilliseconds = 800
    /// Connections kept for later, of all businesses together.
    public var idleLimit = 64

    /// No credentials, the limits above.
    public init() {}
  }

  private let address: RPCAddress
  private let options: Options
  private let idle: Mutex<IdleConnections<RPCClient>>

  /// Asks nothing yet.
  ///
  /// - Parameters:
  ///   - address: Where the service listens.
  ///   - options: Who connects, and how patiently.
  public init(_ address: RPCAddress, options: Options = Options()) {
    self.address = address
    self.options = options
    idle = Mutex(IdleConnections(limit: options.idleLimit))
  }

  /// The entries that answer a text, best first; none where the business has no such collection, or
  /// the text no words. A text beyond 64 KiB is cut.
  ///
  /// - Throws: ``KnowledgeError``.
  public func search(
    _ query: KnowledgeQuery, business: UUID
  ) throws(KnowledgeError) -> KnowledgeAnswer {
    var request = HybridRequest(
      collection: query.collection, text: query.text.beginning(byteCount: 64 << 10),
      k: UInt32(min(max(query.limit, 1), 100)))
    request.language = query.language
    guard let reply: HybridReply = try answer(to: .hybrid, request, business, about: "text") else {
      return KnowledgeAnswer(hits: [], nothingRelevant: true)
    }
    return KnowledgeAnswer(reply)
  }

  /// The products and services that a customer's words mean, best first; at most 50.
  ///
  /// - Throws: ``KnowledgeError``.
  public func match(
    _ text: String, business: UUID, limit: Int
  ) throws(KnowledgeError) -> CatalogueMatch {
    var request = MatchRequest(
      query: text.beginning(byteCount: 4096), k: UInt32(min(max(limit, 1), 50)))
    request.omitContent = false
    guard let reply: MatchReply = try answer(to: .match, request, business, about: "query") else {
      return CatalogueMatch(candidates: [])
    }
    return CatalogueMatch(reply)
  }

  /// A message with its spelling corrected by the business's own words.
  ///
  /// - Throws: ``KnowledgeError``.
  public func correct(
    _ text: String, language: String, business: UUID
  ) throws(KnowledgeError) -> SpellingCorrections {
    let head = text.beginning(byteCount: 64 << 10)
    let request = SpellRequest(text: head, language: language)
    guard let reply: SpellReply = try answer(to: .spell, request, business, about: "text") else {
      return SpellingCorrections(text: text)
    }
    return SpellingCorrections(reply, rest: text.utf8.dropFirst(head.utf8.count))
  }

  // MARK: Calls

  /// Asks on a connection of the business's.
  ///
  /// - Parameter field: The request's field that holds the customer's words: where the service says
  ///   that there is nothing in it to look for, there is no answer, which is no error.
  /// - Returns: Nil where the business has nothing of what was asked for.
  private func answer<Reply: ProtoMessage>(
    to method: Method, _ request: some ProtoMessage, _ business: UUID, about field: String
  ) throws(KnowledgeError) -> Reply? {
    let deadline = Clock.monotonicNanoseconds + UInt64(max(1, options.callMilliseconds)) * 1_000_000
    while true {
      let kept = idle.withLock { $0.take(business) }
      let client: RPCClient
      if let kept { client = kept } else { client = try connect(business, deadline) }
      do throws(RPCError) {
        let reply: Reply = try client.call(
          method, request, deadlineMilliseconds: Self.milliseconds(until: deadline))
        keep(client, business)
        return reply
      } catch {
        if !error.endsConnection { keep(client, business) }
        if error.means(nothingIn: field) { return nil }
        // Whoever stopped the service closed every connection to it; the next one tells whether
        // it is back.
        guard kept != nil, error.endsConnection, error != .deadlineExceeded,
          Clock.monotonicNanoseconds < deadline
        else { throw KnowledgeError(error, address, isConnecting: false) }
        _ = idle.withLock { $0.forget(business) }
      }
    }
  }

  private func connect(_ business: UUID, _ deadline: UInt64) throws(KnowledgeError) -> RPCClient {
    var settings = RPCClient.Options()
    settings.apiKey = options.apiKey
    settings.business = business.description
    settings.client = "agent"
    settings.tls = options.tls
    settings.connectMilliseconds = Self.milliseconds(until: deadline)
    settings.graceMilliseconds = 100
    let client: RPCClient
    do throws(RPCError) { client = try RPCClient(address, options: settings) } catch {
      throw KnowledgeError(error, address, isConnecting: true)
    }
    guard client.hello.businessID == business.bytes else {
      throw KnowledgeError(
        .refused,
        "the knowledge service answers for another business than \(business); give the agent an "
          + "operator's key, not one business's")
    }
    return client
  }

  private func keep(_ client: RPCClient, _ business: UUID) {
    // What there is no room for is closed outside the lock.
    _ = idle.withLock { $0.keep(client, of: business) }
  }

  private static func milliseconds(until deadline: UInt64) -> Int {
    let now = Clock.monotonicNanoseconds
    return now < deadline ? max(1, Int((deadline - now) / 1_000_000)) : 1
  }
}
