/// From scored names to an answer.
extension Catalogue {
  /// Names whose codes are looked at for a verdict.
  private static var checkedCount: Int { 6 }
  /// What a confidence is at most where a code contradicts: below any sensible threshold.
  private static var contradicted: Float { 0.5 }

  /// A candidate with what its codes say.
  private struct Checked {
    var id: ID
    var slot: UInt32
    var confidence: Float
    var score: Float
    var semantic: Float?
    var features: Features
    var name: String
    var scan: TokenScan
    var codes: CodeCheck
  }

  func answer(
    _ query: String, _ options: MatchOptions, _ scratch: inout MatchScratch
  ) -> MatchAnswer<ID> {
    let checked = check(scratch, max(options.limit, Self.checkedCount))
    let shape = QueryShape(scratch.query)
    let shown = checked.prefix(options.limit)
    let ratios = index.compareLetters(shown.map(\.slot), &scratch)
    let candidates = zip(shown, ratios).map { each, ratio in
      MatchCandidate(
        id: each.id, confidence: each.confidence, name: each.name,
        parts: parts(each, ratio, shape, scratch),
        edits: EditScript.edits(from: scratch.query, to: each.scan))
    }
    return MatchAnswer(
      candidates: candidates, verdict: verdict(checked, query, scratch.query.isCut, options),
      work: scratch.work)
  }

  /// The best name of each item, with its codes.
  private func check(_ scratch: borrowing MatchScratch, _ count: Int) -> [Checked] {
    let found = scratch.found
    // Equal scores by identifier, for slots say when an item came.
    let order = found.indices.sorted {
      found[$0].score != found[$1].score
        ? found[$0].score > found[$1].score
        : owners[Int(found[$0].slot)] < owners[Int(found[$1].slot)]
    }
    var best: [Found] = []
    var met = Set<ID>()
    for place in order {
      let slot = found[place].slot
      // Without aliases each name is an item of its own.
      if owners.count > slots.count, !met.insert(owners[Int(slot)]).inserted { continue }
      best.append(found[place])
    }
    let evidence = Evidence(best, nameCount: index.liveCount)
    var surest: Float = 1
    var checked: [Checked] = []
    let asked = CodeCheck.marks(of: scratch.query)
    for (place, each) in best.prefix(count).enumerated() {
      let name = index.name(each.slot)
      var scan = TokenScan()
      scan.scan(name)
      var codes = CodeCheck(asked, query: scratch.query, name: scan)
      if !codes.missing.isEmpty, let others = slots[owners[Int(each.slot)]], others.count > 1 {
        let scans = others.filter { $0 != each.slot }.map { slot in
          var other = TokenScan()
          other.scan(index.name(slot))
          return other
        }
        codes = CodeCheck(asked, query: scratch.query, name: scan, others: scans)
      }
      // What comes behind is never surer than what comes before.
      var confidence = min(evidence.confidence(of: each), surest)
      if place == 0 { surest = confidence }
      if codes.contradiction != nil { confidence = min(confidence, Self.contradicted) }
      checked.append(
        Checked(
          id: owners[Int(each.slot)], slot: each.slot, confidence: confidence, score: each.score,
          semantic: each.semantic, features: each.features, name: name, scan: scan, codes: codes))
    }
    return checked
  }

  private func verdict(
    _ checked: [Checked], _ query: String, _ isCut: Bool, _ options: MatchOptions
  ) -> MatchVerdict<ID> {
    guard let best = checked.first else { return .none }
    if let contradiction = best.codes.contradiction {
      // Not there as asked for: the nearest codes first.
      let near = checked.filter { ($0.codes.contradiction?.near) != nil }
      if best.confidence < options.floor, near.isEmpty { return .none }
      if best.confidence < options.floor, !Self.isNear(best.codes) { return .none }
      let asked = String(decoding: Array(query.utf8)[contradiction.asked], as: UTF8.self)
      return .ambiguous(
        question(.code(asked), checked.filter { $0.confidence >= options.floor / 2 }))
    }
    if best.confidence < options.floor { return .none }
    let rivals = checked.dropFirst().filter {
      $0.codes.contradiction == nil && $0.confidence >= best.confidence * 0.9
    }
    // Nothing is sure where words were left out: one of them may be a code.
    if best.confidence >= options.threshold, rivals.isEmpty, !isCut { return .match(best.id) }
    if !rivals.isEmpty { return .ambiguous(question(.similar, [best] + rivals)) }
    return .ambiguous(question(.unsure, checked.filter { $0.confidence >= options.floor }))
  }

  private static func isNear(_ codes: CodeCheck) -> Bool {
    codes.missing.contains { mark in
      codes.extra.contains { CodeCheck.distance($0, mark) <= 2 }
    }
  }

  /// A question with at most five choices, each called by its code where codes tell all apart,
  /// else by its own name, whatever alias was met.
  private func question(
    _ reason: MatchQuestion<ID>.Reason, _ choices: [Checked]
  ) -> MatchQuestion<ID> {
    let choices = choices.prefix(5)
    let codes = choices.map { choice in
      choice.codes.extra.first { $0.isCode }.map { mark in
        String(decoding: Array(choice.name.utf8)[mark.text], as: UTF8.self)
      }
    }
    let isTold = codes.allSatisfy { $0 != nil } && Set(codes).count == codes.count
    return MatchQuestion(
      reason: reason,
      options: zip(choices, codes).map { choice, code in
        let own = slots[choice.id]?.first.map { index.name($0) }
        return (choice.id, isTold ? code ?? choice.name : own ?? choice.name)
      })
  }

  private func parts(
    _ each: Checked, _ edit: Float, _ shape: QueryShape, _ scratch: borrowing MatchScratch
  ) -> MatchParts {
    let features = each.features
    var parts = MatchParts()
    parts.edit = edit
    parts.tokenSet = max(features[.queryCovered], features[.nameCovered])
    parts.tokenSort = shape.sortedRatio(each.scan)
    parts.ngram = shape.gramRatio(each.scan)
    parts.prefix = EditScript.prefixShare(scratch.query, each.scan)
    parts.initialism = features[.abbreviations]
    parts.alias = features[.alias]
    parts.code = each.codes.share
    parts.semantic = each.semantic
    return parts
  }
}
