import Glibc
import KnowledgeService
import Platform
import RPC
import Synchronization

/// Hybrid, Match and Spell over the socket of the whole service, with the client that programs use:
/// one request after the other (a closed load), and at a steady rate with latency counted from the
/// moment that was intended (an open load), so that a stall cannot hide.
struct ServedWords {
  static let entryCount = 5_000
  static let productCount = 5_000

  /// Requests of each load; a tenth as many go before them.
  let count: Int
  private let data = "/tmp/rpc-bench-\(UUID.random())"

  init(count: Int) { self.count = count }

  /// How requests are sent.
  enum Pace {
    case closed(connections: Int)
    /// Requests a second, on so many connections.
    case open(rate: Double, connections: Int)

    var connections: Int {
      switch self {
      case .closed(let connections), .open(_, let connections): connections
      }
    }
  }

  /// One load on one method.
  struct Measured {
    let method: String
    let pace: Pace
    let times: LatencyHistogram
    let requestsPerSecond: Double
  }

  /// A request of a method; `number` says which text it asks with.
  private struct Load {
    let method: String
    let send: @Sendable (RPCClient, Int) throws -> Void
  }

  func run() throws -> [Measured] {
    defer { try? FileSystem.removeTree(data) }
    let node = try KnowledgeNode.start(KnowledgeNode.Configuration(dataDirectory: data))
    defer { node.stop() }
    let texts = try fill()
    var rows: [Measured] = []
    for load in loads(texts) {
      let alone = try measure(load, .closed(connections: 1))
      rows.append(alone)
      rows.append(try measure(load, .closed(connections: 4)))
      // Half of what one connection carries: a rate that the service keeps up with.
      let rate = (alone.requestsPerSecond / 2).rounded()
      rows.append(try measure(load, .open(rate: max(rate, 1), connections: 4)))
    }
    return rows
  }

  // MARK: Data

  /// The texts that are asked with.
  private struct Texts {
    var hybrid: [String] = []
    var names: [String] = []
    var sentences: [String] = []
  }

  private func client() throws -> RPCClient {
    var options = RPCClient.Options()
    options.business = "bench"
    return try RPCClient(.unix(path: data + "/knowledge.sock"), options: options)
  }

  /// Entries and products of made-up words, and what customers would ask for them.
  private func fill() throws -> Texts {
    let path = data + "/knowledge.sock"
    _ = try RPCClient(.unix(path: path)).businessCreate(BusinessCreateRequest(name: "bench"))
    let client = try client()
    var random = SeededGenerator(seed: 5)
    let words = (0..<4_000).map { _ in Self.word(&random) }
    func text(_ count: Int) -> String {
      // Few words are frequent, most are rare.
      (0..<count).map { _ in
        let share = Double.random(in: 0..<1, using: &random)
        return words[Int(share * share * Double(words.count))]
      }.joined(separator: " ")
    }
    var texts = Texts()
    var entries: [RPC.Entry] = []
    for number in 0..<Self.entryCount {
      let content = text(40)
      entries.append(
        RPC.Entry(externalID: "e-\(number)", title: text(5), content: content, category: "bench"))
      let asked = content.split(separator: " ")[10..<14].map(String.init)
      texts.hybrid.append(asked.joined(separator: " "))
      texts.sentences.append(
        content.split(separator: " ")[..<9].joined(separator: " ") + " "
          + Self.misspelt(asked[0], &random))
    }
    var xid = try upsert(entries, "knowledge", client)
    entries.removeAll()
    for number in 0..<Self.productCount {
      let name = "\(text(4)) \(Self.code(&random)) \(Int.random(in: 1...64, using: &random)) GB"
      entries.append(RPC.Entry(externalID: "p-\(number)", title: name))
      let asked = name.split(separator: " ").map(String.init)
      texts.names.append("\(Self.misspelt(asked[0], &random)) \(asked[2]) \(asked[4])")
    }
    xid = max(xid, try upsert(entries, "products", client))
    // The answers that are measured have everything.
    _ = try client.hybrid(
      RPC.HybridRequest(text: texts.hybrid[0], minXID: xid, waitMilliseconds: 60_000))
    let found = try client.match(
      RPC.MatchRequest(query: texts.names[0], minXID: xid, waitMilliseconds: 60_000))
    guard found.items == UInt64(Self.productCount), found.pendingEmbeddings == 0 else {
      throw BenchmarkFailed("the service knows \(found.items) products")
    }
    return texts
  }

  private func upsert(
    _ entries: [RPC.Entry], _ collection: String, _ client: RPCClient
  ) throws -> UInt64 {
    var xid: UInt64 = 0
    for first in stride(from: 0, to: entries.count, by: 1_000) {
      let part = Array(entries[first..<min(first + 1_000, entries.count)])
      xid = try client.upsert(
        UpsertRequest(collection: collection, entries: part, onConflict: .update)
      ).xid
    }
    return xid
  }

  private static func word(_ random: inout SeededGenerator) -> String {
    let starts = [
      "b", "br", "d", "f", "g", "gr", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v",
    ]
    let ends = ["a", "e", "i", "o", "u", "an", "en", "in", "or", "el"]
    return (0..<Int.random(in: 2...4, using: &random)).map { _ in
      starts.randomElement(using: &random)! + ends.randomElement(using: &random)!
    }.joined()
  }

  private static func code(_ random: inout SeededGenerator) -> String {
    let letters = "ABCDEFGHKLMNPRSTVWXZ"
    return "\(letters.randomElement(using: &random)!)\(letters.randomElement(using: &random)!)"
      + "\(Int.random(in: 100...9_999, using: &random))"
  }

  /// The word with two neighbours exchanged.
  private static func misspelt(_ word: String, _ random: inout SeededGenerator) -> String {
    var letters = Array(word)
    let place = Int.random(in: 1..<letters.count - 1, using: &random)
    letters.swapAt(place, place + 1)
    return String(letters)
  }

  private func loads(_ texts: Texts) -> [Load] {
    [
      Load(method: "Hybrid") { client, number in
        let reply = try client.hybrid(
          RPC.HybridRequest(text: texts.hybrid[number % texts.hybrid.count]))
        guard !reply.hits.isEmpty else { throw BenchmarkFailed("Hybrid found nothing") }
      },
      Load(method: "Match") { client, number in
        let reply = try client.match(
          RPC.MatchRequest(query: texts.names[number % texts.names.count]))
        guard !reply.candidates.isEmpty else { throw BenchmarkFailed("Match found nothing") }
      },
      Load(method: "Spell") { client, number in
        let reply = try client.spell(
          RPC.SpellRequest(text: texts.sentences[number % texts.sentences.count], language: "en"))
        guard !reply.text.isEmpty else { throw BenchmarkFailed("Spell gave nothing back") }
      },
    ]
  }

  // MARK: Measuring

  private func measure(_ load: Load, _ pace: Pace) throws -> Measured {
    _ = try drive(load, pace, count: max(count / 10, 1))
    let (times, seconds) = try drive(load, pace, count: count)
    return Measured(
      method: load.method, pace: pace, times: times, requestsPerSecond: Double(count) / seconds)
  }

  private func drive(
    _ load: Load, _ pace: Pace, count: Int
  ) throws -> (LatencyHistogram, Double) {
    let clients = try (0..<pace.connections).map { _ in try client() }
    let results = Mutex<(times: LatencyHistogram, failure: (any Error)?)>((LatencyHistogram(), nil))
    let next = Atomic<Int>(0)
    let begin = Clock.monotonicNanoseconds
    let threads = clients.map { client in
      Thread.spawn(name: "bench-client") {
        var times = LatencyHistogram()
        do {
          while true {
            let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard number < count else { break }
            var start = Clock.monotonicNanoseconds
            if case .open(let rate, _) = pace {
              let intended = begin + UInt64(Double(number) * 1e9 / rate)
              Self.sleep(until: intended)
              start = intended
            }
            try load.send(client, number)
            times.record(Clock.monotonicNanoseconds - start)
          }
          results.withLock { $0.times.merge(times) }
        } catch { results.withLock { $0.failure = error } }
      }
    }
    for thread in threads { thread.join() }
    let seconds = Double(Clock.monotonicNanoseconds - begin) / 1e9
    let (times, failure) = results.withLock { $0 }
    if let failure { throw failure }
    return (times, seconds)
  }

  private static func sleep(until moment: UInt64) {
    // The kernel wakes sleepers some 50 µs late.
    let early = moment - 80_000
    var time = timespec(tv_sec: Int(early / 1_000_000_000), tv_nsec: Int(early % 1_000_000_000))
    while unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    while Clock.monotonicNanoseconds < moment { sched_yield() }
  }
}
