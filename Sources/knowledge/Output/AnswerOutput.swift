import CommandInterface
import Platform
import RPC

/// What every answer that is made of the files says of itself.
protocol DatedAnswer {
  var position: Position? { get }
  var tookMicroseconds: UInt64 { get }
  var staleMilliseconds: UInt64 { get }
  var isStale: Bool { get }
}

/// An answer of which entries may be missing.
protocol FileAnswer: DatedAnswer {
  var incomplete: Bool { get }
  var pendingEmbeddings: UInt64 { get }
}

/// An answer that is a list of entries found in one collection.
protocol SearchAnswer: FileAnswer {
  var exact: Bool { get }
  var rowsConsidered: UInt64 { get }
  var recallTarget: Double { get }
}

extension SearchReply: SearchAnswer {}
extension HybridReply: SearchAnswer {}
extension MatchReply: FileAnswer {}
extension SpellReply: DatedAnswer {}

/// Parts of answers that several commands show, the same in each.
enum AnswerOutput {
  /// What to say of an answer that does not hold the transaction it was to hold.
  static let staleRemark =
    "stale: what --min-xid or --min-position names is not in this answer; compare it with what the "
    + "write or the earlier answer reported, or wait longer with --timeout"

  /// Writes `position`, `took_us`, `stale_ms` and `is_stale` into an object that is open.
  static func date(_ reply: some DatedAnswer, into writer: inout JSONWriter) {
    EntryJSON.position(reply.position, into: &writer)
    for (key, value) in [
      ("took_us", reply.tookMicroseconds), ("stale_ms", reply.staleMilliseconds),
    ] {
      writer.key(key)
      writer.integer(value)
    }
    writer.key("is_stale")
    writer.bool(reply.isStale)
  }

  /// Writes ``date(_:into:)``, `incomplete` and `pending_embeddings`.
  static func members(_ reply: some FileAnswer, into writer: inout JSONWriter) {
    date(reply, into: &writer)
    writer.key("incomplete")
    writer.bool(reply.incomplete)
    writer.key("pending_embeddings")
    writer.integer(Int(clamping: reply.pendingEmbeddings))
  }

  /// Writes `exact`, ``members(_:into:)``, `rows_considered` and `recall_target`.
  static func searchMembers(_ reply: some SearchAnswer, into writer: inout JSONWriter) {
    writer.key("exact")
    writer.bool(reply.exact)
    members(reply, into: &writer)
    writer.key("rows_considered")
    writer.integer(reply.rowsConsidered)
    writer.key("recall_target")
    writer.doubleOrNull(reply.recallTarget)
  }

  /// Writes `chunk`, and `span` where an entry has several, of a hit whose object is open.
  static func chunk(
    _ chunk: UInt32, _ start: UInt32, _ end: UInt32, into writer: inout JSONWriter
  ) {
    writer.key("chunk")
    writer.integer(chunk)
    guard end > 0 else { return }
    writer.key("span")
    writer.beginArray()
    writer.integer(start)
    writer.integer(end)
    writer.endArray()
  }

  /// What an answer lacks, or how old it is, in words; nothing where all is well.
  static func state(_ reply: some FileAnswer) -> [String] {
    var parts: [String] = []
    if reply.pendingEmbeddings > 0 {
      parts.append("\(Quantity.count(reply.pendingEmbeddings)) still to be embedded")
    }
    if reply.incomplete { parts.append("INCOMPLETE: being read again from the database") }
    return parts + age(reply)
  }

  /// How old an answer is, in words; nothing where it is not.
  static func age(_ reply: some DatedAnswer) -> [String] {
    if reply.isStale { return ["STALE"] }
    guard reply.staleMilliseconds > 2000 else { return [] }
    return ["as of \(Quantity.duration(milliseconds: reply.staleMilliseconds)) ago"]
  }

  /// The last line of a search: how many hits, how exact, over how much, how long.
  static func summary(_ reply: some SearchAnswer, hitCount: Int) -> String {
    let parts = [
      hitCount == 0 ? "nothing found" : Quantity.noun(hitCount, "hit"),
      reply.exact ? "exact" : promise(reply),
      "\(Quantity.count(reply.rowsConsidered)) rows considered",
      Quantity.duration(nanoseconds: reply.tookMicroseconds &* 1000),
    ]
    return (parts + state(reply)).joined(separator: " · ")
  }

  /// What an answer that is not exact promises: rows may be missing for other reasons, said beside.
  private static func promise(_ reply: some SearchAnswer) -> String {
    reply.recallTarget > 0 && reply.recallTarget < 1
      ? "recall \(Quantity.fixed(reply.recallTarget, 3))" : "approximate"
  }

  /// A hit as lines: rank, score and title, the passage in at most three, then notes.
  ///
  /// - Parameters:
  ///   - rank: From 1, right-aligned as wide as `count` is.
  ///   - scoreWidth: Columns of the score.
  ///   - notes: What made the score, before what names the entry.
  static func card(
    _ entry: Entry, rank: Int, of count: Int, score: Double, scoreWidth: Int, passage: String,
    notes: [String] = [], width: Int, style: Style
  ) -> [String] {
    let rankWidth = String(count).count
    let indent = rankWidth + 2 + scoreWidth + 2
    let space = String(repeating: " ", count: indent)
    func cut(_ text: String) -> String { DisplayText.cut(text, to: width - indent) }
    let number = DisplayText.padded(String(rank), to: rankWidth, right: true)
    let value = DisplayText.padded(Quantity.fixed(score, 4), to: scoreWidth, right: true)
    var lines = ["\(number)  \(style.good(value))  \(style.bold(cut(title(of: entry))))"]
    let content = DisplayText.wrapped(DisplayText.cleaned(passage), to: width - indent)
    for (number, line) in content.prefix(3).enumerated() {
      lines.append(space + (number == 2 && content.count > 3 ? cut(line + " …") : line))
    }
    for note in notes + [facts(of: entry)] { lines.append(space + style.faint(cut(note))) }
    return lines
  }

  /// What stands for an entry on one line: its title, else how its content begins.
  static func title(of entry: Entry) -> String {
    DisplayText.cleaned(entry.title.isEmpty ? String(entry.content.prefix(200)) : entry.title)
  }

  private static func facts(of entry: Entry) -> String {
    let parts =
      [entry.entryType, entry.category, entry.language].filter { !$0.isEmpty }
      + [entry.externalID.isEmpty ? EntryJSON.identity(entry.id) : entry.externalID]
      + (entry.isActive == false ? ["inactive"] : [])
    return DisplayText.cleaned(parts.joined(separator: " · "))
  }
}
