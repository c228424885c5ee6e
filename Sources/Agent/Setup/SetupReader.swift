import Platform

/// Makes a setup of a document.
final class SetupReader {
  let problems = SetupProblems()
  let existing: AgentSetup?
  var agents: [AgentProfile] = []
  var templates: [Template] = []

  init(existing: AgentSetup?) { self.existing = existing }

  func read(_ json: JSON) -> AgentSetup {
    let fields = SetupFields(
      json, at: .root, known: ["business", "configuration", "agents", "templates", "stages"],
      problems)
    let business = business(fields.value("business"))
    let configuration = fields.value("configuration").map(configuration)
    agents = fields.list("agents").map { value, path in
      let name = SetupFields.name(value, at: path, problems)
      return AgentProfile(id: id(of: name, among: existing?.agents, \.name, \.id), name: name)
    }
    refuseTwins(agents.map(\.name), "agents", member: nil)
    templates = fields.list("templates").map { template($0.value, $0.path) }
    refuseTwins(templates.map(\.name), "templates", member: "name")
    return AgentSetup(
      business: business, configuration: configuration ?? AgentConfiguration(), agents: agents,
      stages: stages(fields.list("stages")), templates: templates)
  }

  /// The id of the same name so far, else a new one.
  func id<Entry>(
    of name: String, among entries: [Entry]?, _ entryName: KeyPath<Entry, String>,
    _ entryID: KeyPath<Entry, UUID>
  ) -> UUID {
    let known = entries?.first { $0[keyPath: entryName].utf8.elementsEqual(name.utf8) }
    return known?[keyPath: entryID] ?? .timeOrdered()
  }

  /// Names that differ in case alone are the same to people and models.
  func refuseTwins(_ names: [String], _ list: String, member: String?) {
    var seen: [String: Int] = [:]
    for (index, name) in names.enumerated() where !name.isEmpty {
      let path = JSONPath.root.member(list).element(index)
      if let other = seen[name.lowercased()] {
        problems.refuse(
          member.map(path.member) ?? path,
          "\(JSON.string(name)) is the name of \(list)[\(other)] already: choose another")
      }
      seen[name.lowercased()] = seen[name.lowercased()] ?? index
    }
  }

  // MARK: Business and configuration

  private func business(_ json: JSON?) -> Business {
    guard let json else {
      if let existing { return existing.business }
      problems.refuse(JSONPath.root.member("business"), "is missing: give it a name")
      return Business(id: .zero, name: "")
    }
    let fields = SetupFields(
      json, at: JSONPath.root.member("business"),
      known: ["name", "description", "address", "phone_number", "website"], problems)
    let name = fields.value("name") == nil ? existing?.business.name : nil
    return Business(
      id: existing?.business.id ?? .timeOrdered(), name: name ?? fields.name("name"),
      description: fields.text("description") ?? "", address: fields.text("address") ?? "",
      phoneNumber: fields.text("phone_number") ?? "", website: fields.text("website") ?? "")
  }

  static let configurationKeys = [
    "agent_name", "persona", "personality_traits", "tone", "language", "default_model",
    "fallback_models", "small_model", "large_model", "behavioral_restrictions",
    "required_disclaimers", "handoff_topics", "confidence_threshold", "low_confidence_limit",
    "enable_proactive_suggestions", "enable_spelling_correction", "enable_rich_messages",
    "pipeline", "turn_token_limit", "prompt_token_limit", "turn_milliseconds", "turn_dollars",
  ]

  private func configuration(_ json: JSON) -> AgentConfiguration {
    let fields = SetupFields(
      json, at: JSONPath.root.member("configuration"), known: Self.configurationKeys, problems)
    var result = AgentConfiguration()
    func set<Value>(_ path: WritableKeyPath<AgentConfiguration, Value>, _ value: Value?) {
      if let value { result[keyPath: path] = value }
    }
    if fields.value("agent_name") != nil { result.agentName = fields.name("agent_name") }
    set(\.persona, fields.text("persona"))
    set(\.personalityTraits, fields.texts("personality_traits"))
    set(\.tone, fields.text("tone"))
    set(\.language, fields.language("language"))
    if fields.value("default_model") != nil { result.defaultModel = fields.name("default_model") }
    set(\.fallbackModels, fields.texts("fallback_models"))
    if fields.value("small_model") != nil { result.smallModel = fields.name("small_model") }
    if fields.value("large_model") != nil { result.largeModel = fields.name("large_model") }
    set(\.behavioralRestrictions, fields.texts("behavioral_restrictions"))
    set(\.requiredDisclaimers, fields.texts("required_disclaimers"))
    set(\.handoffTopics, fields.texts("handoff_topics"))
    set(\.confidenceThreshold, fields.number("confidence_threshold", 0...1))
    set(\.lowConfidenceLimit, fields.integer("low_confidence_limit", 1...100))
    set(\.enableProactiveSuggestions, fields.flag("enable_proactive_suggestions"))
    set(\.enableSpellingCorrection, fields.flag("enable_spelling_correction"))
    set(\.enableRichMessages, fields.flag("enable_rich_messages"))
    set(\.pipeline, fields.choice("pipeline", AgentConfiguration.Pipeline.self))
    set(\.turnTokenLimit, fields.integer("turn_token_limit", 1...100_000_000))
    set(\.promptTokenLimit, fields.integer("prompt_token_limit", 1...10_000_000))
    set(\.turnMilliseconds, fields.integer("turn_milliseconds", 1...3_600_000))
    if let value = fields.value("turn_dollars") {
      result.turnPicodollars = value.numberText.flatMap(Self.picodollars)
      if result.turnPicodollars == nil {
        problems.refuse(
          fields.path.member("turn_dollars"),
          "must be a number of 0 to 1000000 with at most 12 digits behind the point")
      }
    }
    return result
  }

  /// `0.05` dollars as trillionths of one.
  private static func picodollars(_ text: String) -> UInt64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : ""
    guard parts.count <= 2, fraction.utf8.count <= 12, let whole = UInt64(parts[0]),
      whole <= 1_000_000, fraction.utf8.allSatisfy({ $0 &- 0x30 < 10 })
    else { return nil }
    let zeros = String(repeating: "0", count: 12 - fraction.utf8.count)
    return UInt64(fraction + zeros).map { whole * 1_000_000_000_000 + $0 }
  }

  // MARK: Templates

  private func template(_ json: JSON, _ path: JSONPath) -> Template {
    let fields = SetupFields(
      json, at: path,
      known: ["name", "type", "content", "system_prompt", "language", "default_variables"],
      problems)
    let name = fields.name("name")
    let type = fields.choice("type", TemplateType.self)
    if fields.value("type") == nil {
      let names = TemplateType.allCases.map(\.rawValue)
      problems.refuse(path.member("type"), "is missing: choose one of \(SetupFields.list(names))")
    }
    let defaults = variables(fields)
    let result = Template(
      id: id(of: name, among: existing?.templates, \.name, \.id), name: name,
      type: type ?? .responseGeneration, content: fields.text("content") ?? "",
      systemPrompt: fields.text("system_prompt") ?? "",
      language: fields.language("language") ?? "en",
      defaultVariables: defaults)
    checkPrompt(result.content, at: path.member("content"), defaults: defaults)
    checkPrompt(result.systemPrompt, at: path.member("system_prompt"), defaults: defaults)
    return result
  }

  private func variables(_ fields: SetupFields) -> [String: String] {
    guard let value = fields.value("default_variables") else { return [:] }
    let path = fields.path.member("default_variables")
    guard let members = value.object else {
      problems.refuse(path, "must be a mapping of names to texts, not \(value.kind)")
      return [:]
    }
    var result: [String: String] = [:]
    for (key, value) in members {
      switch value {
      case .string(let text): result[key] = text
      case .number, .bool: result[key] = "\(value)"
      default: problems.refuse(path.member(key), "must be a text, not \(SetupFields.short(value))")
      }
    }
    return result
  }

  /// Whether a prompt is one, and knows its variables.
  func checkPrompt(_ source: String, at path: JSONPath, defaults: [String: String] = [:]) {
    do {
      try TemplateText(source).check(defaults: defaults)
    } catch { problems.refuse(path, "\(error)") }
  }
}
