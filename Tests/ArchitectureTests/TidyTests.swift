import Testing

/// The house rules that `swift format` does not know, as a test over the source text.
@Suite struct TidyTests {
  static let rules: [Rule] = [
    .code(
      "libraries do not print", bans: #"\b(print|debugPrint|dump)\("#, offence: "  print(1)",
      in: {
        $0.isProduct
          && !["CommandInterface", "agent", "knowledge", "ProtoLiteGenerator"].contains($0.target)
      }),
    .code("no try!", bans: #"\btry!"#, offence: "let x = try! y()", in: { $0.isProduct }),
    .code("no as!", bans: #"\bas!"#, offence: "let x = y as! Z", in: { $0.isProduct }),
    .code(
      "no fatalError: a precondition with a message, or a typed error", bans: #"\bfatalError\("#,
      offence: "fatalError(\"no\")", in: { $0.isProduct },
      except: ["Sources/Platform/Checksums.swift": "a libcrypto without SHA-256"]),
    .code(
      "blocking calls run on threads of ours: no async", bans: #"\b(async|await|actor|Task)\b"#,
      offence: "func f() async {}", in: { $0.isProduct }),
    .code(
      "no Dispatch", bans: #"\bDispatch(Queue|Semaphore|Group|Source|Time)\b"#,
      offence: "DispatchQueue.main.sync {}", in: { $0.isProduct }),
    .text(
      "no marks for later", bans: #"\b(TO[D]O|FIX[M]E|HA[C]K|XX[X])\b"#, offence: "// TO" + "DO"),
    .text(
      "no paths of one machine", bans: #"(^|[^\w.])/(wor[k]|roo[t])/"#,
      offence: "let path = \"/wo" + "rk/x\""),
    .text(
      "comments of at most 100 columns (swift format knows the code)",
      bans: #"^(?=[ \t]*(//|\*)).{101,}$"#, offence: "// " + String(repeating: "x", count: 100),
      in: { !$0.isGenerated && !$0.path.hasSuffix(".md") }),
    Rule(
      name: "files of at most 400 lines",
      findings: { file in
        file.lines.count > 400 ? ["\(file.lines.count) lines: split it by concept"] : []
      },
      concerns: { !$0.isGenerated && !$0.codeLines.isEmpty },
      offence: String(repeating: "\n", count: 401),
      exceptions: [
        "Tests/RPCTests/HostilePeerTests.swift": "a list of peers, read one at a time"
      ]),
    Rule(
      name: "no names without meaning",
      findings: { file in
        file.path.contains(/(Util|Helper|Manager|Misc)\w*\.\w+$/) ? ["1: rename it"] : []
      },
      concerns: { _ in true }, offence: "", exceptions: [:]),
    Rule(
      name: "a note says why @unchecked Sendable holds",
      findings: { file in
        let lines = file.lines
        return lines.indices.filter { index in
          guard lines[index].contains("@unchecked Sendable"),
            file.codeLines[index].contains("@unchecked")
          else { return false }
          let near = lines[max(0, index - 12)...min(lines.count - 1, index + 3)]
          return !near.contains { $0.contains("//") && $0.lowercased().contains("unchecked") }
        }.map { "\($0 + 1): say why" }
      },
      concerns: { $0.isProduct }, offence: "final class X: @unchecked Sendable {}", exceptions: [:]),
    .text(
      "test names are sentences", bans: #"^[ \t]*@Test[^{}]*?\bfunc\s+\w"#,
      offence: "  @Test func itWorks() {}", in: { $0.path.hasPrefix("Tests/") }),
  ]

  @Test(arguments: rules) func `a rule holds in every file`(_ rule: Rule) {
    let violations = rule.violations(in: SourceFile.everything)
    #expect(violations.isEmpty, "\(rule.name):\n\(violations.joined(separator: "\n"))")
  }

  @Test(arguments: rules) func `a rule finds its offence`(_ rule: Rule) {
    let offenders = ["Sources/RPC/FrameHelper.swift", "Tests/RPCTests/FrameHelper.swift"]
      .map { SourceFile(path: $0, text: rule.offence) }.filter(rule.concerns)
    #expect(!offenders.isEmpty, "the rule is about no file at all")
    for file in offenders { #expect(!rule.violations(in: [file]).isEmpty) }
  }

  @Test(arguments: rules) func `an exception is still needed`(_ rule: Rule) {
    for (path, reason) in rule.exceptions {
      let file = SourceFile.everything.first { $0.path == path }
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
