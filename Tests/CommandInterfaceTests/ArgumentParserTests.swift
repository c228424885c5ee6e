import CommandInterface
import Testing

@Suite struct ArgumentParserTests {
  static let search = Command<TestContext>(
    name: "search", summary: "find", operands: Operands("TEXT...", 1...3),
    groups: [
      FlagGroup(
        "",
        [
          Flag("k", .integer("N", 1...1000), "how many"), Flag("json", .none, "JSON"),
          Flag("business", .text("NAME"), "whose", environment: "KNOWLEDGE_BUSINESS"),
          Flag("category", .list("NAMES"), "category"),
          Flag("format", .choice(["csv", "json", "jsonl"]), "format"),
          Flag("rate", .number("N", upTo: 1000), "rate"),
        ])
    ], examples: [], run: { (_, _) throws(CommandError) in .ok })
  static let create = Command<TestContext>(
    name: "business create", summary: "create", operands: Operands("NAME", 1...1),
    groups: [FlagGroup("", [Flag("language", .text("CODE"), "language")])], examples: [],
    run: { (_, _) throws(CommandError) in .ok })
  static let list = Command<TestContext>(
    name: "business list", summary: "list", groups: [], examples: [],
    run: { (_, _) throws(CommandError) in .ok })

  func parse(
    _ words: [String], environment: [String: String] = [:]
  ) throws -> ArgumentParser<TestContext>.Invocation {
    try ArgumentParser(
      CommandSet(program: "knowledge", all: [Self.search, Self.create, Self.list]),
      environment: { environment[$0] }
    ).parse(words)
  }

  func arguments(_ words: String..., environment: [String: String] = [:]) throws -> Arguments {
    guard case .run(_, let arguments) = try parse(words, environment: environment) else {
      throw CommandError.usage("help instead of a command")
    }
    return arguments
  }

  func refusal(_ words: String..., environment: [String: String] = [:]) -> CommandError? {
    do {
      _ = try parse(words, environment: environment)
      return nil
    } catch { return error as? CommandError }
  }

  @Test(arguments: [
    ["search", "shoes", "-k", "5"], ["search", "-k5", "shoes"], ["search", "shoes", "-k=5"],
    ["-k", "5", "search", "shoes"], ["search", "shoes", "--k", "5"], ["search", "--k=5", "shoes"],
    ["search", "-k", "7", "-k", "5", "--", "shoes"],
  ])
  func `a value is written behind a space, an equals sign or the letter itself`(
    words: [String]
  ) throws {
    guard case .run(let command, let arguments) = try parse(words) else {
      Issue.record("no command")
      return
    }
    #expect(command.name == "search")
    #expect(arguments.integer("k") == 5)
    #expect(arguments.operands == ["shoes"])
  }

  @Test func `lists add up, split at commas and lose spaces`() throws {
    let found = try arguments("search", "x", "--category", "a, b,,", "--category=c")
    #expect(found.list("category") == ["a", "b", "c"])
  }

  @Test func `all behind two hyphens is text, and one hyphen is an operand`() throws {
    #expect(try arguments("search", "--", "--json", "-k").operands == ["--json", "-k"])
    #expect(try arguments("search", "-").operands == ["-"])
  }

  @Test func `a command of two words is found with flags between its words`() throws {
    guard
      case .run(let command, let found) = try parse(["business", "--language", "de", "create", "x"])
    else {
      Issue.record("no command")
      return
    }
    #expect(command.name == "business create")
    #expect(found.text("language") == "de")
    #expect(found.operands == ["x"])
  }

  @Test func `the environment stands in for a flag that is not given`() throws {
    let environment = ["KNOWLEDGE_BUSINESS": "demo"]
    #expect(try arguments("search", "x", environment: environment).text("business") == "demo")
    #expect(
      try arguments("search", "x", "--business", "b", environment: environment)
        .text("business") == "b")
    #expect(
      try arguments("search", "x", environment: ["KNOWLEDGE_BUSINESS": ""]).text("business") == nil)
  }

  @Test func `an unknown flag is refused with the nearest one`() {
    let found = refusal("search", "x", "--jsno")
    #expect(found?.exit == .usage)
    #expect(found?.message == "unknown flag '--jsno' of knowledge search")
    #expect(found?.remedy == "did you mean --json?")
    #expect(refusal("search", "x", "--busines=demo")?.remedy == "did you mean --business?")
    #expect(refusal("search", "x", "--cat", "a")?.remedy == "did you mean --category?")
  }

  @Test func `a flag of another command is refused with its owner`() {
    let found = refusal("business", "list", "--category", "a")
    #expect(found?.message == "unknown flag '--category' of knowledge business list")
    #expect(found?.remedy == "it belongs to knowledge search")
  }

  @Test func `an unknown command is refused with the nearest one`() {
    #expect(refusal("saerch", "x")?.remedy == "did you mean knowledge search?")
    #expect(refusal("frobnicate")?.remedy == "knowledge help lists the commands")
    #expect(refusal("business")?.message == "'business' needs a word more")
    #expect(
      refusal("business", "make")?.remedy
        == "the commands are knowledge business create or knowledge business list")
  }

  @Test(arguments: [
    (["search", "x", "-k", "0"], "-k must be 1 to 1000, not 0"),
    (["search", "x", "-k", "many"], "-k must be a whole number, not 'many'"),
    (
      ["search", "x", "-k", "99999999999999999999"],
      "-k must be a whole number, not '99999999999999999999'"
    ),
    (
      ["search", "x", "--format", "jsno"],
      "--format must be csv, json or jsonl, not 'jsno'; did you mean json?"
    ),
    (
      ["search", "x", "--rate", "-1"], "--rate must be a number above 0 and at most 1000, not '-1'"
    ),
    (
      ["search", "x", "--rate", "nan"],
      "--rate must be a number above 0 and at most 1000, not 'nan'"
    ),
    (["search", "x", "--business", "--json"], "--business needs a value: --business NAME"),
    (["search", "x", "--business"], "--business needs a value: --business NAME"),
    (["search", "x", "--business="], "--business must not be empty"),
    (["search", "x", "--json=yes"], "--json takes no value"),
    (["search"], "knowledge search needs TEXT..."),
    (["search", "a", "b", "c", "d"], "knowledge search has no use for 'd'"),
    (["search", "x", "---json"], "unknown flag '---json' of knowledge search"),
  ])
  func `a wrong value is refused with what would be right`(words: [String], message: String) {
    do {
      _ = try parse(words)
      Issue.record("\(words) was taken")
    } catch {
      #expect((error as? CommandError)?.message == message)
      #expect((error as? CommandError)?.exit == .usage)
    }
  }

  @Test func `a wrong value in the environment names the variable`() {
    let command = Command<TestContext>(
      name: "x", summary: "x",
      groups: [FlagGroup("", [Flag("k", .integer("N", 1...9), "k", environment: "K")])],
      examples: [], run: { (_, _) throws(CommandError) in .ok })
    let parser = ArgumentParser(
      CommandSet(program: "x", all: [command]), environment: { _ in "12" })
    #expect(throws: CommandError.usage("the environment variable K must be 1 to 9, not 12")) {
      try parser.parse(["x"])
    }
  }

  @Test(
    arguments: [
      (["help"], nil), (["--help"], nil), (["-h"], nil), (["help", "search"], "search"),
      (["search", "--help"], "search"), (["search", "--unknown", "-h"], "search"),
      (["business", "--help"], "business"), (["help", "business", "list"], "business list"),
    ] as [([String], String?)])
  func `help is found wherever it is asked for`(words: [String], topic: String?) throws {
    guard case .help(let found) = try parse(words) else {
      Issue.record("no help for \(words)")
      return
    }
    #expect(found == topic)
  }

  @Test func `control characters of an argument do not come back in a message`() {
    let found = refusal("search", "x", "--format", "a\u{1B}[31mb\nc")
    #expect(found?.message == "--format must be csv, json or jsonl, not 'a[31mb c'")
  }
}
