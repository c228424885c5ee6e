import Agent
import Platform
import Postgres
import Truth

extension AgentStore {
  /// What a business has set up, with the defaults where it has set up nothing.
  ///
  /// - Throws: ``TruthError``: `.unknownBusiness` or `.postgres`.
  /// - Complexity: Two round trips.
  public func setup(business: UUID) throws(TruthError) -> AgentSetup {
    let setup = try transaction(for: business, .repeatableReadOnly) {
      (connection) throws(PostgresError) in try AgentSetup.read(business, &connection)
    }
    guard let setup else { throw .unknownBusiness(business.description) }
    return setup
  }

  /// Makes a business's set-up this one, all or nothing. Rows are known again by their names, so
  /// that a document may be applied again and again; ids that the set-up uses stand for rows of the
  /// set-up. What is no longer named is deleted; conversations that stand in a deleted stage, or
  /// with a deleted agent, stand in none. The business's own row is left as it is.
  ///
  /// - Returns: The set-up with the ids as they are stored.
  /// - Throws: ``TruthError``: `.invalid` naming the field, such as `stages[refund].next_stage_id`;
  ///   `.unknownBusiness` or `.postgres`.
  public func replace(_ setup: AgentSetup) throws(TruthError) -> AgentSetup {
    try SetupCheck.check(setup)
    let business = PostgresValue.uuid(setup.business.id)
    let stored = try transaction(for: setup.business.id) {
      (connection) throws(PostgresError) -> AgentSetup? in
      let exists = try connection.prepared(
        "select 1 from businesses where business_id = $1", [business])
      guard exists.count > 0 else { return nil }
      // Whoever else replaces it waits here.
      let configured = setup.configuration.statement(business)
      try connection.prepared(configured.sql, configured.parameters)
      let names = try connection.pipeline([
        .init("select agent_id, agent_name from agents where business_id = $1", [business]),
        .init(
          "select template_id, template_name from templates where business_id = $1", [business]),
        .init("select stage_id, stage_name from stages where business_id = $1", [business]),
      ])
      var ids = SetupIDs()
      try ids.resolve(setup.agents.map { ($0.id, $0.name) }, names[0])
      try ids.resolve(setup.templates.map { ($0.id, $0.name) }, names[1])
      try ids.resolve(setup.stages.map { ($0.id, $0.name) }, names[2])
      let resolved = ids.applied(to: setup)
      let kept = { (ids: [UUID]) in PostgresValue.uuidArray(ids) }
      let stages = kept(resolved.stages.map(\.id))
      let agents = kept(resolved.agents.map(\.id))
      // Rows first, as answers lock them in the same order; then whoever refers to them.
      var statements: [PostgresConnection.Statement] = [
        .init(
          """
          select 1 from stages where business_id = $1 and stage_id <> all ($2)
          order by stage_id for update
          """, [business, stages]),
        .init(
          """
          select 1 from agents where business_id = $1 and agent_id <> all ($2)
          order by agent_id for update
          """, [business, agents]),
        .init(
          """
          update conversations set stage_id = null, updated_at = now()
          where business_id = $1 and stage_id is not null and stage_id <> all ($2)
          """, [business, stages]),
        .init(
          """
          update conversations set agent_id = null, updated_at = now()
          where business_id = $1 and agent_id is not null and agent_id <> all ($2)
          """, [business, agents]),
        .init(
          "delete from stages where business_id = $1 and stage_id <> all ($2)",
          [business, stages]),
      ]
      statements += resolved.agents.map { agent in
        .init(
          """
          insert into agents (business_id, agent_id, agent_name) values ($1, $2, $3)
          on conflict (business_id, agent_id) do update
          set agent_name = excluded.agent_name, updated_at = now()
          """, [business, .uuid(agent.id), .text(agent.name)])
      }
      statements += resolved.templates.map { $0.statement(business) }
      statements += resolved.stages.map { $0.statement(business) }
      statements += [
        .init(
          "delete from agents where business_id = $1 and agent_id <> all ($2)",
          [business, agents]),
        .init(
          "delete from templates where business_id = $1 and template_id <> all ($2)",
          [business, kept(resolved.templates.map(\.id))]),
      ]
      try connection.pipeline(statements)
      return try AgentSetup.read(setup.business.id, &connection)
    }
    guard let stored else { throw .unknownBusiness(setup.business.id.description) }
    return stored
  }
}

/// Which id a row of a set-up has in the database.
private struct SetupIDs {
  private var stored: [UUID: UUID] = [:]

  /// A row that is known by name keeps its id; another keeps the one that it was given, unless a
  /// row of another name has it.
  mutating func resolve(
    _ wanted: [(id: UUID, name: String)], _ rows: PostgresRows
  ) throws(PostgresError) {
    var ids: [ByteText: UUID] = [:]
    for row in 0..<rows.count {
      ids[ByteText(try rows.value(row, 1, as: String.self))] = try rows.value(row, 0)
    }
    let taken = Set(ids.values)
    for (id, name) in wanted {
      stored[id] = ids[ByteText(name)] ?? (taken.contains(id) ? .random() : id)
    }
  }

  func applied(to setup: AgentSetup) -> AgentSetup {
    var setup = setup
    for index in setup.agents.indices { setup.agents[index].id = map(setup.agents[index].id) }
    for index in setup.templates.indices {
      setup.templates[index].id = map(setup.templates[index].id)
    }
    for index in setup.stages.indices {
      setup.stages[index].id = map(setup.stages[index].id)
      setup.stages[index].agentID = setup.stages[index].agentID.map(map)
      setup.stages[index].nextStageID = setup.stages[index].nextStageID.map(map)
      for transition in setup.stages[index].transitions.indices {
        let target = setup.stages[index].transitions[transition].stageID
        setup.stages[index].transitions[transition].stageID = map(target)
      }
      var prompts = setup.stages[index].prompts
      prompts.selectionTemplateID = prompts.selectionTemplateID.map(map)
      prompts.extractionTemplateID = prompts.extractionTemplateID.map(map)
      prompts.responseTemplateID = prompts.responseTemplateID.map(map)
      setup.stages[index].prompts = prompts
    }
    return setup
  }

  private func map(_ id: UUID) -> UUID { stored[id] ?? id }
}
