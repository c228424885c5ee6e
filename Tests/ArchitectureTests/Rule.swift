import Testing

/// Something that no file may hold, and the files where it may stand after all, each with its
/// reason.
struct Rule: CustomTestStringConvertible, Sendable {
  let name: String
  /// What is wrong in a file, as `line: what`; empty where all is well.
  let findings: @Sendable (SourceFile) -> [String]
  /// Which files it is about.
  let concerns: @Sendable (SourceFile) -> Bool
  /// A text that breaks the rule, to show that it bites.
  let offence: String
  /// Path → why it may stand there.
  let exceptions: [String: String]

  var testDescription: String { name }

  /// A rule about single lines of code (comments and literals blanked).
  static func line(
    _ name: String, bans pattern: String, offence: String,
    in concerns: @escaping @Sendable (SourceFile) -> Bool = { $0.path.hasSuffix(".swift") },
    except exceptions: [String: String] = [:]
  ) -> Rule {
    Rule(
      name: name,
      findings: { file in
        guard let expression = try? Regex(pattern).wordBoundaryKind(.simple) else {
          return ["0: not a pattern"]
        }
        return file.codeLines.enumerated().filter { $0.element.contains(expression) }
          .map { "\($0.offset + 1): \(file.lines[$0.offset].prefix(90))" }
      },
      concerns: concerns, offence: offence, exceptions: exceptions)
  }

  /// Every finding in `files` outside the exceptions, as `path:line: what`.
  func violations(in files: [SourceFile]) -> [String] {
    files.filter { concerns($0) && exceptions[$0.path] == nil }.flatMap { file in
      findings(file).map { "\(file.path):\($0)" }
    }
  }
}
