import Platform

/// A tenant, as its agent speaks of it.
public struct Business: Sendable, Equatable {
  /// Its id, which leads every key.
  public var id: UUID
  /// Its name.
  public var name: String
  /// What it does; may be empty.
  public var description: String
  /// Where it is; may be empty.
  public var address: String
  /// May be empty.
  public var phoneNumber: String
  /// May be empty.
  public var website: String

  /// - Parameters: As the properties say.
  public init(
    id: UUID, name: String, description: String = "", address: String = "",
    phoneNumber: String = "", website: String = ""
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.address = address
    self.phoneNumber = phoneNumber
    self.website = website
  }
}

/// One of a business's agents; conversations go to one by stage and intent.
public struct AgentProfile: Sendable, Equatable {
  /// Its id.
  public var id: UUID
  /// Unique within the business.
  public var name: String

  /// - Parameters: As the properties say.
  public init(id: UUID, name: String) {
    self.id = id
    self.name = name
  }
}

/// All that a business has set up for its agents, as one turn uses it.
public struct AgentSetup: Sendable, Equatable {
  /// The tenant.
  public var business: Business
  /// How its agents behave.
  public var configuration: AgentConfiguration
  /// Its agents, by name; may be empty.
  public var agents: [AgentProfile]
  /// Its stages, by name; without any the agent asks for them to be configured.
  public var stages: [Stage]
  /// Its templates, by name.
  public var templates: [Template]

  /// - Parameters: As the properties say.
  public init(
    business: Business, configuration: AgentConfiguration = AgentConfiguration(),
    agents: [AgentProfile] = [], stages: [Stage] = [], templates: [Template] = []
  ) {
    self.business = business
    self.configuration = configuration
    self.agents = agents
    self.stages = stages
    self.templates = templates
  }

  /// The stage with this id.
  public func stage(_ id: UUID?) -> Stage? { id.flatMap { id in stages.first { $0.id == id } } }

  /// The template with this id.
  public func template(_ id: UUID?) -> Template? {
    id.flatMap { id in templates.first { $0.id == id } }
  }
}
