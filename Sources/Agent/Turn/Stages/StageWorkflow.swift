import Platform

/// Where a conversation goes after an answer.
enum StageWorkflow {
  /// The stage that the next message begins with: by the first transition whose condition holds,
  /// else the stage's next one, else the stage itself. Stages that are gone are passed over.
  static func next(after stage: Stage, data: JSON, in setup: AgentSetup) -> UUID {
    for transition in stage.transitions
    where holds(transition, of: data) && setup.stage(transition.stageID) != nil {
      return transition.stageID
    }
    return setup.stage(stage.nextStageID)?.id ?? stage.id
  }

  /// Whether a transition's condition holds of extracted data.
  static func holds(_ transition: StageTransition, of data: JSON) -> Bool {
    let found = data.value(at: transition.field)
    switch transition.condition {
    case .present: return found != nil
    case .absent: return found == nil
    case .equals: return found.map { same($0, transition.value) } ?? false
    case .notEquals: return !(found.map { same($0, transition.value) } ?? false)
    case .atLeast: return compare(found, transition.value) { $0 >= $1 }
    case .atMost: return compare(found, transition.value) { $0 <= $1 }
    }
  }

  /// Numbers by value, texts whatever their case, all else as it is.
  private static func same(_ left: JSON, _ right: JSON?) -> Bool {
    guard let right else { return false }
    if let left = left.double, let right = right.double { return left == right }
    if let left = left.string, let right = right.string {
      return left.lowercased() == right.lowercased()
    }
    return left == right
  }

  private static func compare(
    _ left: JSON?, _ right: JSON?, _ holds: (Double, Double) -> Bool
  ) -> Bool {
    guard let left = left?.double, let right = right?.double else { return false }
    return holds(left, right)
  }
}

extension JSON {
  /// The value at a dotted path, such as `address.city` or `lines.0.name`; nil where there is
  /// none, it is null, or an empty text.
  func value(at path: String) -> JSON? {
    var value = self
    for part in path.split(separator: ".") {
      let key = String(part)
      guard let inner = value[key] ?? Int(key).flatMap({ value[$0] }) else { return nil }
      value = inner
    }
    if value.isNull || value.string == "" { return nil }
    return value
  }

  /// An object with the members of another put into it; its nulls and empty texts change nothing.
  func merged(with other: JSON) -> JSON {
    var members = object ?? []
    for (key, value) in other.object ?? [] where !value.isNull && value.string != "" {
      if let place = members.firstIndex(where: { $0.key == key }) {
        let inner = members[place].value
        members[place].value =
          inner.object != nil && value.object != nil ? inner.merged(with: value) : value
      } else {
        members.append((key, value))
      }
    }
    return .object(members)
  }
}
