import Platform

/// One thing that a prompt may hold; it is taken whole or left out.
public struct ContextItem: Sendable, Equatable {
  /// What it is in the record of what was left out, such as `RET-002`; holds no text of its own.
  public var name: String
  /// As it stands in the prompt.
  public var text: String
  /// What it is, where an answer may cite it.
  public var citation: Citation?
  /// How well it fits, 0...1; nil where that is not known.
  public var relevance: Double?
  /// Items with the same key are one thing; the first stands. Nil: compared by its text.
  public var key: String?

  /// - Parameters: As the properties say.
  public init(
    name: String, text: String, citation: Citation? = nil, relevance: Double? = nil,
    key: String? = nil
  ) {
    self.name = name
    self.text = text
    self.citation = citation
    self.relevance = relevance
    self.key = key
  }
}

/// What comes from one source: items, and how many tokens they may take together.
public struct ContextSection: Sendable, Equatable {
  /// In which order the chosen items are shown.
  public enum Order: Sendable, Equatable {
    /// As they are given.
    case given
    /// The last one first: for items that are given newest first and read oldest first.
    case reversed
  }

  /// Such as `history` or `knowledge`.
  public var source: String
  /// Sections with a higher priority are filled first, whatever their place.
  public var priority: Int
  /// Tokens of its items together, at most.
  public var tokenBudget: Int
  /// The best first: they are taken from the first on.
  public var items: [ContextItem]
  /// Items below it are left out; nil takes all.
  public var threshold: Double?
  /// In which order the chosen items are shown.
  public var order = Order.given
  /// Whether an item that has no place ends the section, so that none behind it is taken: a history
  /// has no holes.
  public var stopsAtFirstCut = false

  /// - Parameters: As the properties say.
  public init(
    source: String, priority: Int, tokenBudget: Int, items: [ContextItem],
    threshold: Double? = nil, order: Order = .given, stopsAtFirstCut: Bool = false
  ) {
    self.source = source
    self.priority = priority
    self.tokenBudget = tokenBudget
    self.items = items
    self.threshold = threshold
    self.order = order
    self.stopsAtFirstCut = stopsAtFirstCut
  }
}

/// Something that the prompt has no place for.
public struct LeftOut: Sendable, Equatable {
  /// Why.
  public enum Reason: String, Sendable, CaseIterable {
    case sectionBudget = "section_budget"
    case promptBudget = "prompt_budget"
    case belowThreshold = "below_threshold"
    case duplicate
    /// One before it had no place, and the section has no holes.
    case cutBefore = "cut_before"
  }

  /// The section it is of.
  public var source: String
  /// The item's name.
  public var name: String
  /// Why.
  public var reason: Reason
  /// What it would have taken; 0 where it was not counted.
  public var tokens: Int

  /// - Parameters: As the properties say.
  public init(source: String, name: String, reason: Reason, tokens: Int) {
    self.source = source
    self.name = name
    self.reason = reason
    self.tokens = tokens
  }
}

/// What a prompt holds, section by section, and what it does not.
public struct BuiltContext: Sendable, Equatable {
  /// A section with what was chosen of it.
  public struct Section: Sendable, Equatable {
    /// Its source.
    public var source: String
    /// The items, as they are shown.
    public var items: [ContextItem]
    /// The items one below the other; empty where nothing was chosen.
    public var text: String
    /// What the text takes.
    public var tokens: Int
  }

  /// In the order in which they were given; none is missing.
  public var sections: [Section]
  /// What was left out, in the order in which it was decided.
  public var leftOut: [LeftOut]
  /// All sections together.
  public var tokens: Int

  /// The section of a source.
  public subscript(source: String) -> Section? { sections.first { $0.source == source } }

  /// The text of a source; empty where it is not there.
  public func text(_ source: String) -> String { self[source]?.text ?? "" }

  /// What may be cited, by the number of its mark.
  public var citations: [Citation] {
    sections.flatMap(\.items).compactMap(\.citation).sorted { $0.number < $1.number }
  }

  /// The texts that an answer may take its facts from, with the number where they have one.
  public var sources: [GroundingSource] {
    sections.flatMap(\.items).map { GroundingSource(number: $0.citation?.number, text: $0.text) }
  }

  /// For the trace: tokens by section, what was taken and what was left out, by name.
  public var json: JSON {
    let taken = sections.map { section -> JSON in
      .object([
        ("source", .string(section.source)), ("tokens", .integer(section.tokens)),
        ("items", .array(section.items.map { .string($0.name) })),
      ])
    }
    let left = leftOut.map { item -> JSON in
      .object([
        ("source", .string(item.source)), ("item", .string(item.name)),
        ("reason", .string(item.reason.rawValue)), ("tokens", .integer(item.tokens)),
      ])
    }
    return .object([
      ("tokens", .integer(tokens)), ("sections", .array(taken)), ("left_out", .array(left)),
    ])
  }
}

/// Chooses what goes into a prompt.
public struct ContextBuilder: Sendable {
  /// What tokens are counted by.
  public var counter: TokenCounter
  /// Tokens of all sections together, at most.
  public var tokenBudget: Int

  /// - Parameters: As the properties say.
  public init(counter: TokenCounter = .estimate, tokenBudget: Int) {
    self.counter = counter
    self.tokenBudget = tokenBudget
  }

  /// Fills sections by priority, equal ones in their order, each item whole.
  ///
  /// An item that has no place is left out, and smaller ones behind it may still be taken. What was
  /// taken by a section before is not taken twice.
  ///
  /// - Complexity: O(bytes of the items), for the tokens; items behind the end of a section that
  ///   has no holes are not counted.
  public func build(_ sections: [ContextSection]) -> BuiltContext {
    var built = sections.map {
      BuiltContext.Section(source: $0.source, items: [], text: "", tokens: 0)
    }
    var leftOut: [LeftOut] = []
    var seen: Set<String> = []
    var left = max(0, tokenBudget)
    let order = sections.indices.sorted {
      (-sections[$0].priority, $0) < (-sections[$1].priority, $1)
    }
    for place in order {
      let section = sections[place]
      var used = 0
      var isCut = false
      for item in section.items {
        func leave(_ reason: LeftOut.Reason, _ tokens: Int = 0) {
          leftOut.append(
            LeftOut(source: section.source, name: item.name, reason: reason, tokens: tokens))
        }
        if isCut {
          leave(.cutBefore)
          continue
        }
        if let threshold = section.threshold, let relevance = item.relevance,
          !(relevance >= threshold)
        {
          leave(.belowThreshold)
          continue
        }
        let key = item.key.map { "k" + $0 } ?? "t" + item.text
        if seen.contains(key) {
          leave(.duplicate)
          continue
        }
        // One more for the line end between items.
        let tokens = counter.count(item.text) + 1
        guard used + tokens <= section.tokenBudget, tokens <= left else {
          leave(used + tokens > section.tokenBudget ? .sectionBudget : .promptBudget, tokens)
          isCut = section.stopsAtFirstCut
          continue
        }
        seen.insert(key)
        used += tokens
        left -= tokens
        built[place].items.append(item)
      }
      if section.order == .reversed { built[place].items.reverse() }
      built[place].text = built[place].items.map(\.text).joined(separator: "\n")
      built[place].tokens = used
    }
    return BuiltContext(
      sections: built, leftOut: leftOut, tokens: built.reduce(0) { $0 + $1.tokens })
  }
}
