import Platform

/// What can only be seen of a setup as a whole.
struct SetupChecks {
  let setup: AgentSetup
  let problems: SetupProblems

  private func path(_ index: Int, _ key: String) -> JSONPath {
    JSONPath.root.member("stages").element(index).member(key)
  }

  func run() {
    firstInteraction()
    loops()
    transitionFields()
  }

  private func firstInteraction() {
    let list = JSONPath.root.member("stages")
    guard !setup.stages.isEmpty else {
      return problems.warn(
        list, "there are none: the agent can only ask for them to be configured")
    }
    let first = setup.stages.indices.filter { setup.stages[$0].type == .firstInteraction }
    if first.isEmpty {
      problems.refuse(
        list, "none is of type first_interaction: give it to the one that conversations begin with")
    }
    for index in first.dropFirst() {
      problems.refuse(
        path(index, "type"),
        "conversations begin with \(JSON.string(setup.stages[first[0]].name)) already: "
          + "only one stage may be of type first_interaction")
    }
  }

  /// Where stages lead without asking, each answer goes on to the next, and a ring of them is never
  /// left that way. One in which nobody waits for the customer is refused, others are told of.
  private func loops() {
    let stages = setup.stages
    var isSeen = Array(repeating: false, count: stages.count)
    var indices: [UUID: Int] = [:]
    for (index, stage) in stages.enumerated() where indices[stage.id] == nil {
      indices[stage.id] = index
    }
    func next(_ index: Int) -> Int? {
      guard stages[index].transitions.isEmpty else { return nil }
      return stages[index].nextStageID.flatMap { indices[$0] }
    }
    for start in stages.indices where !isSeen[start] {
      var way: [Int] = []
      var current: Int? = start
      while let index = current, !isSeen[index] {
        isSeen[index] = true
        way.append(index)
        current = next(index)
      }
      guard let current, let begin = way.firstIndex(of: current) else { continue }
      report(ring: Array(way[begin...]))
    }
  }

  private func report(ring: [Int]) {
    let place = path(ring[0], "next_stage")
    guard ring.count > 1 else {
      return problems.warn(
        place, "is the stage itself, which is the same as none: leave it out")
    }
    let names = (ring + [ring[0]]).map { setup.stages[$0].name }.joined(separator: " → ")
    if ring.allSatisfy({ setup.stages[$0].type == .processing }) {
      problems.refuse(
        place,
        "\(names) is a ring in which no stage waits for the customer: let one of them lead "
          + "elsewhere, or make it a conversation")
    } else {
      problems.warn(
        place,
        "\(names) is a ring without a condition: only a message that selects another stage leaves "
          + "it; add a transition if that is not meant")
    }
  }

  /// A transition over a field that no stage extracts never holds.
  private func transitionFields() {
    var known: [String] = []
    for stage in setup.stages {
      known += (stage.extractionSchema?["properties"]?.object ?? []).map(\.key)
    }
    let names = Set(known.map { ByteText($0) })
    for (index, stage) in setup.stages.enumerated() {
      for (position, transition) in stage.transitions.enumerated() {
        let field = String(transition.field.prefix { $0 != "." })
        guard !names.contains(ByteText(field)), !field.isEmpty else { continue }
        let nearest = NearestName.of(field, among: known)
        problems.warn(
          path(index, "transitions").element(position).member("field"),
          "no stage's extraction_schema has \(JSON.string(field)); "
            + (nearest.map { "did you mean \($0)?" } ?? "add it to one"))
      }
    }
  }
}
