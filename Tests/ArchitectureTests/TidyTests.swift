import Testing

/// The house rules that `swift format` does not know, as a test over the source text.
@Suite struct TidyTests {
  static let rules: [Rule] = [
    .line(
      "libraries do not print", bans: #"\b(print|debugPrint|dump)\("#, offence: "  print(1)",
      in: { file in
        file.path.hasPrefix("Sources/") && file.path.hasSuffix(".swift")
          && !["knowledge", "ProtoLiteGenerator"].contains(file.target)
      }),
    .line("no try!", bans: #"\btry!"#, offence: "let x = try! y()", in: \.isProduct),
    .line("no as!", bans: #"\bas!"#, offence: "let x = y as! Z", in: \.isProduct),
    .line(
      "no fatalError: precondition with a message, or a typed error", bans: #"\bfatalError\("#,
      offence: "fatalError(\"no\")", in: \.isProduct),
    .line(
      "no async in the product: blocking calls run on threads of ours",
      bans: #"\b(async|await|actor|Task)\b"#, offence: "func f() async {}", in: \.isProduct),
    .line(
      "no Dispatch", bans: #"\bDispatch(Queue|Semaphore|Group|Source)\b"#,
      offence: "DispatchQueue.main", in: \.isProduct),
    .line(
      "no unchecked width conversion of sizes", bans: #"\bunsafeBitCast\("#,
      offence: "unsafeBitCast(x, to: Int.self)", in: \.isProduct),
    Rule(
      name: "no marks for later",
      findings: { file in
        file.lines.enumerated()
          .filter { $0.element.contains(/(TO[D]O|FIX[M]E|HA[C]K|XX[X])/) }
          .map { "\($0.offset + 1): \($0.element.prefix(90))" }
      },
      concerns: { _ in true }, offence: "// TO" + "DO: write this", exceptions: [:]),
    Rule(
      name: "no paths of one machine",
      findings: { file in
        file.lines.enumerated()
          .filter { $0.element.contains(/(^|[^\w.])\/(work|home|root|Users)\//) }
          .map { "\($0.offset + 1): \($0.element.prefix(90))" }
      },
      concerns: { _ in true }, offence: "let path = \"/wo" + "rk/x\"", exceptions: [:]),
    Rule(
      name: "lines of at most 100 columns",
      findings: { file in
        file.lines.enumerated().filter { $0.element.count > 100 }
          .map { "\($0.offset + 1): \($0.element.count) columns" }
      },
      concerns: { !$0.isGenerated }, offence: String(repeating: "x", count: 101), exceptions: [:]),
    Rule(
      name: "files of at most 400 lines",
      findings: { file in
        let count = file.lines.count
        return count > 400 ? ["\(count) lines: split it by concept"] : []
      },
      concerns: { !$0.isGenerated }, offence: String(repeating: "\n", count: 401),
      exceptions: [
        "Tests/Faults/faults.c": "one shim, one file: it is compiled by one command"
      ]),
    Rule(
      name: "no names without meaning",
      findings: { file in
        let name = file.path.split(separator: "/").last ?? ""
        return name.contains(/(Util|Helper|Manager|Common|Misc)/) ? ["1: rename it"] : []
      },
      concerns: { $0.path != "" }, offence: "", exceptions: [:]),
    Rule(
      name: "a note says why @unchecked Sendable holds",
      findings: { file in
        file.lines.indices.filter { index in
          let line = file.lines[index]
          guard line.contains("@unchecked Sendable"), !line.contains(/^\s*\/\//) else {
            return false
          }
          let near = file.lines[max(0, index - 12)...min(file.lines.count - 1, index + 3)]
          return !near.contains { $0.contains(/\/\/.*[Uu]nchecked/) }
        }.map { "\($0 + 1): say why" }
      },
      concerns: \.isProduct, offence: "final class X: @unchecked Sendable {}", exceptions: [:]),
    Rule(
      name: "test names are sentences",
      findings: { file in
        file.lines.indices.filter { index in
          let line = file.lines[index]
          guard let name = line.firstMatch(of: /^\s*(@Test.* )?func (\S+)/)?.output.2 else {
            return false
          }
          let isTest =
            line.contains("@Test")
            || index > 0 && file.lines[index - 1].contains(/^\s*@Test|^\s*(arguments: .*)?\)$/)
              && file.lines[max(0, index - 4)..<index].contains { $0.contains("@Test") }
          return isTest && !name.hasPrefix("`")
        }.map { "\($0 + 1): \(file.lines[$0].prefix(90))" }
      },
      concerns: { $0.path.hasPrefix("Tests/") }, offence: "  @Test func itWorks() {}",
      exceptions: [:]),
  ]

  @Test(arguments: rules) func `a rule holds in every file`(_ rule: Rule) {
    let violations = rule.violations(in: SourceFile.code)
    #expect(violations.isEmpty, "\(rule.name):\n\(violations.joined(separator: "\n"))")
  }

  @Test(arguments: rules) func `a rule finds its offence`(_ rule: Rule) {
    for path in ["Sources/RPC/UtilsHelper.swift", "Tests/RPCTests/UtilsHelper.swift"] {
      let file = SourceFile(path: path, text: rule.offence)
      if rule.concerns(file) { #expect(!rule.violations(in: [file]).isEmpty) }
    }
    let concerned = ["Sources/RPC/X.swift", "Tests/RPCTests/X.swift"].contains {
      rule.concerns(SourceFile(path: $0, text: ""))
    }
    #expect(concerned, "the rule is about no file at all")
  }

  @Test(arguments: rules) func `an exception is still needed`(_ rule: Rule) {
    for (path, reason) in rule.exceptions {
      let file = SourceFile.code.first { $0.path == path }
      #expect(file.map { !rule.findings($0).isEmpty } == true, "\(path): \(reason)")
    }
  }

  @Test func `words in comments and literals are not code`() {
    let file = SourceFile(
      path: "Sources/X/X.swift",
      text: """
        let a = "print(1)" // print(2)
        /* print(3) /* nested */ print(4) */ let b = #"print("5")"#
        let c = "\\"print(6)"; print(7)
        """)
    #expect(file.codeLines == ["let a =  ", " let b = ", "let c = ; print(7)"])
  }
}

extension SourceFile {
  /// Whether it is Swift of the product.
  var isProduct: Bool { path.hasPrefix("Sources/") && path.hasSuffix(".swift") }
}
