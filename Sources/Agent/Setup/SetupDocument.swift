import Platform

/// All that a business sets up for its agents, as one document: what `agent configure` reads and
/// writes again.
///
/// Stages name their agent, templates and next stages by name; ids do not stand in it. An exported
/// document that is read again with its setup gives the same setup.
///
/// - `business`: `name` (what it is called so far where it is left out), `description`, `address`,
///   `phone_number`, `website`.
/// - `configuration`: the members of ``AgentConfiguration``, such as `agent_name`, `default_model`;
///   `turn_dollars` is its cost limit.
/// - `agents`: their names.
/// - `templates`: `name`, `type`, `content`, `system_prompt`, `language`, `default_variables`.
/// - `stages`: `name`, `description`, `type`, `agent`; for `selection`, `extraction` and `response`
///   a `…_template` or a `…_prompt`; `next_stage`, `transitions` (`field`, `condition`, `value`,
///   `stage`), `data_retrieval` (`method`, `config`), `extraction_schema`,
///   `example_conversations`, `model` (`name`, `temperature`, `output_token_limit`).
public enum SetupDocument {
  /// The most stages, templates and agents of a business.
  public static let entryLimit = 500

  /// Something about a document that is to be known or changed.
  public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// Where, as ``JSONPath`` writes it; empty for the whole.
    public let path: String
    /// What is wrong, and what to do.
    public let message: String

    /// The place and what is wrong.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
  }

  /// Why a document is refused: all that is wrong with it, in its order, at most 50.
  public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// One or more.
    public let problems: [Problem]

    /// A line for each.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
  }

  /// Reads a document.
  ///
  /// - Parameters:
  ///   - json: An object as described above; members that are left out have their defaults.
  ///   - existing: What is set up so far: the business's id, and those of agents, templates and
  ///     stages with the same name, are kept; other ids are new.
  /// - Returns: The setup, and what works but was hardly meant, in the document's order.
  /// - Throws: ``Refusal``.
  public static func read(
    _ json: JSON, existing: AgentSetup? = nil
  ) throws(Refusal) -> (setup: AgentSetup, warnings: [Problem]) {
    let reader = SetupReader(existing: existing)
    let setup = reader.read(json)
    SetupChecks(setup: setup, problems: reader.problems).run()
    guard reader.problems.errors.isEmpty else {
      throw Refusal(problems: Array(reader.problems.errors.prefix(50)))
    }
    return (setup, reader.problems.warnings)
  }

  /// Writes a setup as the document that ``read(_:existing:)`` reads: without ids, and without what
  /// has its default.
  public static func write(_ setup: AgentSetup) -> JSON { SetupWriter.document(setup) }
}

/// What was found in a document; one object is handed through all of its reading.
final class SetupProblems {
  private(set) var errors: [SetupDocument.Problem] = []
  private(set) var warnings: [SetupDocument.Problem] = []

  func refuse(_ path: JSONPath, _ message: String) {
    errors.append(SetupDocument.Problem(path: path.description, message: message))
  }

  func warn(_ path: JSONPath, _ message: String) {
    warnings.append(SetupDocument.Problem(path: path.description, message: message))
  }
}
