import Agent
import AgentService
import CommandInterface
import Platform
import Truth
import YAML

extension CommandTable {
  static let configure = Command(
    name: "configure", summary: "set up a business's agent from a file, or write the file",
    details: """
      The file says who the agent is, which models it asks, and its agents, templates and stages; \
      Examples/demo/agent.yaml shows how. It is the whole set-up: what it leaves out has its \
      default, and agents, templates and stages that it does not name are removed. The same file \
      may be applied again and again. --dry-run checks it and changes nothing.
      """,
    operands: Operands("FILE|-", 0...1, completion: .files),
    groups: [
      FlagGroup(
        "",
        [
          BusinessChoice.flag, Flag("dry-run", .none, "check the file and change nothing"),
          Flag("export", .none, "print what is set up, to be edited and applied again"),
          Flag("format", .choice(["yaml", "json"]), "of --export", fallback: "yaml"),
          CommonFlags.json,
        ]), DatabaseAddress.flags,
    ],
    examples: [
      Example("agent configure --business demo agent.yaml", "Applies the file, all or nothing."),
      Example(
        "agent configure --business demo agent.yaml --dry-run", "Tells what is wrong with it."),
      Example("agent configure --business demo --export > agent.yaml", "Writes what is set up."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let desk = try context.desk(arguments)
      let isExport = arguments.isSet("export")
      guard isExport == arguments.operands.isEmpty else {
        throw .usage(
          isExport ? "--export takes no file" : "which file? FILE is missing",
          remedy: "agent configure --business NAME FILE applies one, --export prints one")
      }
      if isExport, arguments.isSet("dry-run") {
        throw .usage("--export changes nothing, with or without --dry-run", remedy: "give one")
      }
      if !isExport, arguments.isSet("format") {
        throw .usage("--format is for --export", remedy: "a file may be YAML or JSON")
      }
      let business = try BusinessChoice.one(arguments, desk)
      let existing = try asking { () throws(TruthError) in try desk.setup(business.businessID) }
      if isExport {
        let document = SetupDocument.write(existing)
        if arguments.text("format") == "json" || arguments.isSet("json") {
          context.console.print(json: JSONLine.of(document))
        } else {
          context.console.output(Array(YAML.write(document).utf8))
        }
        return .ok
      }
      let setup = try read(arguments.operands[0], existing, context)
      guard !arguments.isSet("dry-run") else {
        tell(setup, "can be applied; nothing was changed", arguments, context)
        return .ok
      }
      let stored = try asking { () throws(TruthError) in try desk.replace(setup) }
      tell(stored, "is set up", arguments, context)
      return .ok
    })

  /// A document as a set-up; what works but was hardly meant is told of.
  private static func read(
    _ path: String, _ existing: AgentSetup, _ context: Context
  ) throws(CommandError) -> AgentSetup {
    let name = path == "-" ? "the input" : shellQuoted(path)
    let bytes = try InputFile.bytes(path, limit: YAML.Limit.byteCount)
    let json: JSON
    // JSON is YAML.
    do throws(YAMLError) { json = try YAML.parse(bytes) } catch {
      throw .usage("\(name) cannot be read: \(error)", remedy: "mend the line; nothing was changed")
    }
    do throws(SetupDocument.Refusal) {
      let (setup, warnings) = try SetupDocument.read(json, existing: existing)
      for warning in warnings {
        context.console.remark(
          context.console.errorStyle.warning("note: ") + DisplayText.cleaned("\(warning)"))
      }
      return setup
    } catch {
      let lines = error.problems.map { DisplayText.cleaned("\($0)") }
      throw .usage(
        "\(name) is no set-up, and nothing was changed", remedy: lines.joined(separator: "\n  "))
    }
  }

  private static func tell(
    _ setup: AgentSetup, _ what: String, _ arguments: Arguments, _ context: Context
  ) {
    if arguments.isSet("json") {
      context.console.print(
        json: JSONLine.of(
          .object([
            ("business", .string(setup.business.name)),
            ("applied", .bool(!arguments.isSet("dry-run"))),
            ("agents", .integer(setup.agents.count)), ("stages", .integer(setup.stages.count)),
            ("templates", .integer(setup.templates.count)),
            ("default_model", .string(setup.configuration.defaultModel)),
          ])))
      return
    }
    let parts = [
      Quantity.noun(setup.agents.count, "agent"), Quantity.noun(setup.stages.count, "stage"),
      Quantity.noun(setup.templates.count, "template"),
      "model \(DisplayText.cleaned(setup.configuration.defaultModel))",
    ]
    context.console.print(
      "\(DisplayText.cleaned(setup.business.name)) \(what): " + parts.joined(separator: ", "))
  }
}
