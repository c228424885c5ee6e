import Platform

/// The members of one object of a document. What is wrong with them goes to the problems, and a
/// default stands in, so that all of a document is looked at.
struct SetupFields {
  let path: JSONPath
  private let json: JSON
  private let problems: SetupProblems

  /// - Parameter known: The keys that the object may have.
  init(_ json: JSON, at path: JSONPath, known: [String], _ problems: SetupProblems) {
    self.path = path
    self.json = json
    self.problems = problems
    guard let members = json.object else {
      problems.refuse(path, "must be a mapping of \(Self.list(known)), not \(json.kind)")
      return
    }
    for (key, _) in members where !known.contains(where: { $0.utf8.elementsEqual(key.utf8) }) {
      let nearest = NearestName.of(key, among: known).map { "did you mean \($0)?" }
      let others = known.isEmpty ? "leave it out" : "use \(Self.list(known))"
      problems.refuse(path.member(key), "is not known; " + (nearest ?? others))
    }
  }

  /// The member; nil where it is absent or null.
  func value(_ key: String) -> JSON? { json[key].flatMap { $0.isNull ? nil : $0 } }

  /// The member, null as well; nil where it is absent.
  func written(_ key: String) -> JSON? { json[key] }

  private func read<Value>(
    _ key: String, _ wanted: String, _ convert: (JSON) -> Value?
  ) -> Value? {
    guard let value = value(key) else { return nil }
    if let result = convert(value) { return result }
    problems.refuse(path.member(key), "must be \(wanted), not \(Self.short(value))")
    return nil
  }

  func text(_ key: String) -> String? {
    read(key, "a text (in quotes where it looks like something else)", \.string)
  }

  func flag(_ key: String) -> Bool? { read(key, "true or false", \.bool) }

  func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    read(key, "a whole number of \(range.lowerBound) to \(range.upperBound)") {
      $0.int.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  func number(_ key: String, _ range: ClosedRange<Double>) -> Double? {
    read(key, "a number of \(range.lowerBound) to \(range.upperBound)") {
      $0.double.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  func texts(_ key: String) -> [String]? {
    read(key, "a list of texts") { value in
      value.array.flatMap { elements in
        let texts = elements.compactMap(\.string).filter { !Self.isBlank($0) }
        return texts.count == elements.count ? texts : nil
      }
    }
  }

  func list(_ key: String) -> [(value: JSON, path: JSONPath)] {
    let values = read(key, "a list of at most \(SetupDocument.entryLimit)") { value in
      value.array.flatMap { $0.count <= SetupDocument.entryLimit ? $0 : nil }
    }
    return (values ?? []).enumerated().map { ($1, path.member(key).element($0)) }
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    guard let value = value(key) else { return nil }
    if let choice = value.string.flatMap(Choice.init) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let nearest = value.string.flatMap { NearestName.of($0, among: names) }
    problems.refuse(
      path.member(key),
      "must be one of \(Self.list(names)), not \(Self.short(value))"
        + (nearest.map { "; did you mean \($0)?" } ?? ""))
    return nil
  }

  /// A language tag (BCP 47).
  func language(_ key: String) -> String? {
    read(key, "a language tag such as en or de-AT") { value in
      value.string.flatMap { tag in
        let parts = tag.split(separator: "-", omittingEmptySubsequences: false)
        let isTag = parts.allSatisfy { part in
          (1...8).contains(part.utf8.count)
            && part.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 }
        }
        return isTag && tag.utf8.count <= 35 ? tag : nil
      }
    }
  }

  /// A name that must be there: on one line, at most 200 bytes.
  func name(_ key: String) -> String {
    guard let value = value(key) else {
      problems.refuse(path.member(key), "is missing: give it a name")
      return ""
    }
    return Self.name(value, at: path.member(key), problems)
  }

  static func name(_ value: JSON, at path: JSONPath, _ problems: SetupProblems) -> String {
    guard let name = value.string, !isBlank(name), name.utf8.count <= 200,
      !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      problems.refuse(path, "must be a name of one line and at most 200 bytes, not \(short(value))")
      return ""
    }
    return name
  }

  static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

  static func list(_ names: [String]) -> String {
    names.count < 2
      ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }

  /// A value in at most 60 characters.
  static func short(_ value: JSON) -> String {
    switch value {
    case .string(let text) where text.count > 58: "\(JSON.string(String(text.prefix(58))))…"
    case .array: "a list"
    case .object: "a mapping"
    default: String("\(value)".prefix(120))
    }
  }
}
