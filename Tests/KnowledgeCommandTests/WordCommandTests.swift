import Platform
import RPC
import Testing

@testable import knowledge

/// `knowledge match` and `knowledge spell`.
@Suite struct WordCommandTests {
  private let service = FakeService()

  private var candidate: MatchCandidate {
    MatchCandidate(
      entry: Entry(
        id: Array(0..<16), externalID: "T-220", collection: "products", title: "Trekker X220",
        metadataJSON: #"{"price":59.9,"currency":"EUR","stock":2}"#),
      confidence: 0.875, name: "Trekker X220", parts: MatchParts(edit: 0.5, code: 1),
      edits: [
        MatchEdit(
          kind: .replace, wordClass: .word, queryStart: 0, queryEnd: 5, nameStart: 0, nameEnd: 7,
          distance: 2),
        MatchEdit(
          kind: .insert, wordClass: .code, queryStart: 0, queryEnd: 0, nameStart: 8, nameEnd: 12),
      ])
  }

  @Test func `a match is shown with what it is and how the words became it`() throws {
    service.answer(
      .match,
      MatchReply(
        candidates: [candidate], verdict: .match, tookMicroseconds: 120, items: 116))
    let (exit, output, _) = service.run(
      "match", "treker", "--business", "demo", "--collection", "products", "--threshold", "0.7",
      "--available", "-k", "3")
    #expect(exit == .ok)
    #expect(
      output.split(separator: "\n").map(String.init) == [
        "1  0.88  Trekker X220", "         products · T-220 · EUR 59.9 · 2 in stock",
        "         treke → Trekker, + X220", "this one is meant", "116 names looked at · 120 µs",
      ])
    let asked = try #require(service.asked.first?.request as? MatchRequest)
    #expect(asked.query == "treker" && asked.collections == ["products"] && asked.k == 3)
    #expect(asked.threshold == 0.7 && asked.availableOnly && !asked.includeInactive)
    #expect(!asked.omitSemantic)
  }

  @Test func `a question is asked, in JSON too, and the exit code says so`() throws {
    service.answer(
      .match,
      MatchReply(
        candidates: [candidate], verdict: .ambiguous,
        question: MatchQuestion(
          reason: .code, code: "X210",
          options: [
            MatchOption(id: Array(0..<16), collection: "products", label: "X200"),
            MatchOption(id: Array(0..<16), collection: "products", label: "X220"),
          ])))
    let (exit, output, _) = service.run("match", "x210", "--business", "demo")
    #expect(exit == .exceptions)
    #expect(output.contains("there is no X210; ask: X200 or X220?"))
    let json = try JSON.parse(service.run("match", "x210", "--business", "demo", "--json").output)
    #expect(json["verdict"]?.string == "ambiguous")
    #expect(json["question"]?["reason"]?.string == "code")
    #expect(json["question"]?["options"]?[1]?["label"]?.string == "X220")
    #expect(json["candidates"]?[0]?["edits"]?[0]?["kind"]?.string == "replace")
    #expect(json["candidates"]?[0]?["parts"]?["semantic"]?.isNull == true)
    #expect(json["candidates"]?[0]?["metadata"]?["stock"]?.int == 2)
    service.answer(.match, MatchReply(verdict: .none))
    let none = service.run("match", "zzz", "--business", "demo")
    #expect(none.exit == .exceptions && none.output.contains("nothing like it"))
    #expect(service.run("match", " ", "--business", "demo").exit == .usage)
    #expect(service.run("match", "x", "--business", "demo", "--collection", "all").exit == .usage)
  }

  private var corrected: SpellReply {
    SpellReply(
      text: "where is my order",
      changes: [
        SpellingCorrection(
          kind: .respelled, start: 11, end: 15, original: "ordr", replacement: "order",
          confidence: 0.93, alternatives: [SpellingSuggestion(text: "odor", share: 0.02)])
      ], language: "en", hasWordList: true, words: 4, vocabulary: 812, tookMicroseconds: 15)
  }

  @Test func `a corrected text stands first, then what was changed and what to ask`() throws {
    service.answer(.spell, corrected)
    let (exit, output, _) = service.run(
      "spell", "where is my", "ordr", "--business", "demo", "--language", "en")
    #expect(exit == .ok)
    #expect(
      output.split(separator: "\n").map(String.init) == [
        "where is my order", "  ordr → order (0.93), or odor",
        "4 words in en · 812 words of the business · 15.0 µs",
      ])
    let asked = try #require(service.asked.first?.request as? SpellRequest)
    #expect(asked.text == "where is my ordr" && asked.language == "en" && asked.threshold == nil)
    var unsure = corrected
    (unsure.questions, unsure.changes) = (unsure.changes, [])
    service.answer(.spell, unsure)
    let second = service.run("spell", "ordr", "--business", "demo")
    #expect(second.exit == .exceptions && second.output.contains("ask: ordr → order"))
    let json = try JSON.parse(service.run("spell", "ordr", "--business", "demo", "--json").output)
    #expect(json["questions"]?[0]?["alternatives"]?[0]?["text"]?.string == "odor")
    #expect(json["text"]?.string == "where is my order" && json["changes"]?.array?.isEmpty == true)
  }

  @Test func `feedback takes the words of a correction`() throws {
    service.answer(.spellFeedback, SpellFeedbackReply(recorded: 1, xid: 7))
    let business = ["--business", "demo"]
    #expect(
      service.run(
        ["spell", "ordr", "order", "--feedback", "accepted", "--confidence", "0.9"] + business
      ).exit == .ok)
    let sent = try #require(service.asked.last?.request as? SpellFeedbackRequest)
    #expect(
      sent.outcomes == [
        SpellingOutcomeReport(
          original: "ordr", replacement: "order", kind: .respelled, confidence: 0.9,
          outcome: .accepted)
      ])
    #expect(
      service.run(["spell", "alot", "a lot", "allot", "--feedback", "changed"] + business).exit
        == .ok)
    let changed = try #require(service.asked.last?.request as? SpellFeedbackRequest)
    #expect(changed.outcomes[0].kind == .split && changed.outcomes[0].changedTo == "allot")
    for words in [
      ["spell", "ordr", "--feedback", "accepted"], ["spell", "a", "b", "--feedback", "changed"],
      ["spell", "a", "b", "c", "--feedback", "rejected"], ["spell", "a", "--confidence", "0.5"],
      ["spell", "a", "b", "--feedback", "perhaps"],
    ] {
      #expect(service.run(words + business).exit == .usage, "\(words)")
    }
  }

  @Test func `statistics say how right corrections are`() throws {
    service.answer(.businessList, BusinessListReply())
    service.answer(
      .stats,
      StatsReply(
        spelling: SpellingStats(
          accepted: 3, rejected: 1, accuracy: 0.75, calibrationError: 0.125),
        words: WordStats(catalogues: 1, vocabularies: 2, bytes: 1 << 20)))
    let (_, output, _) = service.run("stats", "--business", "demo")
    #expect(output.contains("spelling  75.0 % right of 4 corrections, confidence off by 0.1"))
    #expect(output.contains("words  1 catalogue and 2 of spelling in memory"))
    let json = try JSON.parse(service.run("stats", "--business", "demo", "--json").output)
    #expect(json["spelling"]?["accuracy"]?.double == 0.75)
    #expect(json["words"]?["vocabularies"]?.int == 2)
  }
}
