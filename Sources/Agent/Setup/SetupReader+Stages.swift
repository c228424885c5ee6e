import Platform

extension SetupReader {
  static let stageKeys = [
    "name", "description", "type", "agent", "selection_template", "extraction_template",
    "response_template", "selection_prompt", "extraction_prompt", "response_prompt", "next_stage",
    "transitions", "data_retrieval", "extraction_schema", "example_conversations", "model",
  ]

  func stages(_ list: [(value: JSON, path: JSONPath)]) -> [Stage] {
    let all = list.map { value, path in
      let fields = SetupFields(value, at: path, known: Self.stageKeys, problems)
      let name = fields.name("name")
      let id = id(of: name, among: existing?.stages, \.name, \.id)
      return (fields, Stage(id: id, name: name, description: "", type: .conversation))
    }
    refuseTwins(all.map(\.1.name), "stages", member: "name")
    let names = all.map { ($0.1.name, $0.1.id) }
    return all.map { fields, stage in
      var stage = stage
      stage.description = fields.text("description") ?? ""
      stage.type = fields.choice("type", StageType.self) ?? .conversation
      stage.agentID = reference(fields, "agent", "agent", agents.map { ($0.name, $0.id) })
      stage.prompts = prompts(fields)
      stage.nextStageID = reference(fields, "next_stage", "stage", names)
      stage.transitions = fields.list("transitions").compactMap {
        transition($0.value, $0.path, names)
      }
      stage.retrieval = retrieval(fields)
      stage.extractionSchema = schema(fields)
      stage.exampleConversations = fields.texts("example_conversations") ?? []
      stage.model = model(fields)
      return stage
    }
  }

  /// The id that a name stands for.
  private func reference(
    _ fields: SetupFields, _ key: String, _ kind: String, _ names: [(name: String, id: UUID)]
  ) -> UUID? {
    guard fields.value(key) != nil, let name = fields.text(key) else { return nil }
    if let known = names.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) { return known.id }
    let nearest = NearestName.of(name, among: names.map(\.name))
    problems.refuse(
      fields.path.member(key),
      "there is no \(kind) \(JSON.string(String(name.prefix(100)))); "
        + (nearest.map { "did you mean \(JSON.string($0))?" }
          ?? (names.isEmpty
            ? "add it to the document" : "there are \(SetupFields.list(names.map(\.name)))"))
    )
    return nil
  }

  private func prompts(_ fields: SetupFields) -> Stage.Prompts {
    func prompt(_ key: String) -> String? {
      let text = fields.text(key)
      if let text { checkPrompt(text, at: fields.path.member(key)) }
      return text
    }
    var result = Stage.Prompts()
    result.selectionTemplateID = template(fields, "selection_template", .stageSelection)
    result.extractionTemplateID = template(fields, "extraction_template", .dataExtraction)
    result.responseTemplateID = template(fields, "response_template", .responseGeneration)
    result.selection = prompt("selection_prompt")
    result.extraction = prompt("extraction_prompt")
    result.response = prompt("response_prompt")
    return result
  }

  private func template(_ fields: SetupFields, _ key: String, _ type: TemplateType) -> UUID? {
    let id = reference(fields, key, "template", templates.map { ($0.name, $0.id) })
    guard let id, let template = templates.first(where: { $0.id == id }) else { return nil }
    if template.type.isDefault {
      problems.refuse(
        fields.path.member(key),
        "\(JSON.string(template.name)) is a default, which stages without a template use by "
          + "themselves: leave this out, or copy it as a template of type \(type.rawValue)")
    } else if template.type != type {
      problems.refuse(
        fields.path.member(key),
        "\(JSON.string(template.name)) is of type \(template.type.rawValue), not \(type.rawValue)")
    }
    return id
  }

  private func transition(
    _ json: JSON, _ path: JSONPath, _ names: [(String, UUID)]
  ) -> StageTransition? {
    let fields = SetupFields(
      json, at: path, known: ["field", "condition", "value", "stage"], problems)
    for key in ["field", "condition", "stage"] where fields.value(key) == nil {
      problems.refuse(path.member(key), "is missing")
    }
    let field = fields.text("field") ?? ""
    if field.split(separator: ".", omittingEmptySubsequences: false).contains("") {
      problems.refuse(
        path.member("field"), "must be a path into the extracted data, such as address.city")
    }
    guard let condition = fields.choice("condition", StageTransition.Condition.self),
      let stage = reference(fields, "stage", "stage", names)
    else { return nil }
    let value = fields.written("value")
    switch condition {
    case .present, .absent:
      if value != nil {
        problems.refuse(path.member("value"), "belongs to no \(condition.rawValue): leave it out")
      }
    case .equals, .notEquals:
      if value == nil { problems.refuse(path.member("value"), "is missing: what to compare with") }
    case .atLeast, .atMost:
      if value?.double == nil { problems.refuse(path.member("value"), "must be a number") }
    }
    return StageTransition(field: field, condition: condition, value: value, stageID: stage)
  }

  private func schema(_ fields: SetupFields) -> JSON? {
    guard let schema = fields.value("extraction_schema") else { return nil }
    let path = fields.path.member("extraction_schema")
    do {
      _ = try JSONSchema(schema)
      guard schema["type"]?.string == "object", schema["properties"]?.object?.isEmpty == false
      else {
        problems.refuse(path, "must be of type object with the properties to extract")
        return schema
      }
    } catch {
      let place = error.path.isEmpty ? path.description : "\(path).\(error.path)"
      problems.refuse(path, error.path.isEmpty ? error.message : "\(place): \(error.message)")
    }
    return schema
  }

  private func model(_ fields: SetupFields) -> Stage.ModelSettings {
    var result = Stage.ModelSettings()
    guard let value = fields.value("model") else { return result }
    let inner = SetupFields(
      value, at: fields.path.member("model"), known: ["name", "temperature", "output_token_limit"],
      problems)
    if inner.value("name") != nil { result.name = inner.name("name") }
    result.temperature = inner.number("temperature", 0...2)
    result.outputTokenLimit = inner.integer("output_token_limit", 1...1_000_000)
    return result
  }

  // MARK: Data retrieval

  private func retrieval(_ fields: SetupFields) -> DataRetrieval {
    guard let value = fields.value("data_retrieval") else { return DataRetrieval() }
    let inner = SetupFields(
      value, at: fields.path.member("data_retrieval"), known: ["method", "config"], problems)
    if inner.value("method") == nil {
      let names = DataRetrieval.Method.allCases.map(\.rawValue)
      problems.refuse(
        inner.path.member("method"), "is missing: choose one of \(SetupFields.list(names))")
    }
    let method = inner.choice("method", DataRetrieval.Method.self) ?? .none
    let config = inner.value("config") ?? .object([])
    let path = inner.path.member("config")
    switch method {
    case .none: _ = SetupFields(config, at: path, known: [], problems)
    case .promptUser:
      _ = SetupFields(config, at: path, known: [], problems)
      let required = fields.value("extraction_schema")?["required"]?.array ?? []
      if required.isEmpty {
        problems.refuse(
          inner.path.member("method"),
          "prompt_user asks for what extraction_schema requires, and nothing is: list it there "
            + "under required")
      }
    case .databaseQuery:
      let query = SetupFields(config, at: path, known: ["source", "limit"], problems)
      let sources = ["orders", "appointments", "products", "services"]
      if !sources.contains(query.value("source")?.string ?? "") {
        problems.refuse(
          path.member("source"), "must be one of orders, appointments, products and services")
      }
      _ = query.integer("limit", 1...20)
    case .apiCall:
      let address = SetupFields(config, at: path, known: ["url"], problems)
      checkAddress(address, schema: fields.value("extraction_schema"))
    }
    return DataRetrieval(method: method, config: config)
  }

  /// The host must stand in the configuration, or a customer's words could choose it.
  private func checkAddress(_ fields: SetupFields, schema: JSON?) {
    let path = fields.path.member("url")
    guard let url = fields.value("url")?.string,
      let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) })
    else {
      return problems.refuse(path, "must be an address that begins with https:// or http://")
    }
    let host = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    if host.isEmpty || host.contains(where: { "{}@\\ ".contains($0) }) {
      problems.refuse(
        path,
        "must name its host itself, without variables, names and passwords; variables may "
          + "stand behind the host")
    }
    do { try FetchAddress.check(url, schema: schema) } catch { problems.refuse(path, "\(error)") }
  }
}
