import Foundation
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

  /// A rule about the code of a file (comments and literals blanked).
  static func code(
    _ name: String, bans pattern: String, offence: String,
    in concerns: @escaping @Sendable (SourceFile) -> Bool,
    except exceptions: [String: String] = [:]
  ) -> Rule {
    Rule(
      name: name, findings: { found(pattern, in: $0.code, of: $0) }, concerns: concerns,
      offence: offence, exceptions: exceptions)
  }

  /// A rule about the whole text of a file.
  static func text(
    _ name: String, bans pattern: String, offence: String,
    in concerns: @escaping @Sendable (SourceFile) -> Bool = { _ in true },
    except exceptions: [String: String] = [:]
  ) -> Rule {
    Rule(
      name: name, findings: { found(pattern, in: $0.text, of: $0) }, concerns: concerns,
      offence: offence, exceptions: exceptions)
  }

  /// Every finding in `files` outside the exceptions, as `path:line: what`.
  func violations(in files: [SourceFile]) -> [String] {
    files.filter { concerns($0) && exceptions[$0.path] == nil }.flatMap { file in
      findings(file).map { "\(file.path):\($0)" }
    }
  }

  private static func found(_ pattern: String, in text: String, of file: SourceFile) -> [String] {
    // ICU's expressions: Swift's own are a hundred times slower without optimisation.
    guard
      let expression = try? NSRegularExpression(pattern: pattern, options: .anchorsMatchLines)
    else { return ["0: not a pattern: \(pattern)"] }
    let whole = NSRange(text.startIndex..., in: text)
    return expression.matches(in: text, range: whole).compactMap { match in
      guard let range = Range(match.range, in: text) else { return nil }
      let line = text[..<range.lowerBound].utf8.count { $0 == UInt8(ascii: "\n") }
      return "\(line + 1): \(file.lines[line].prefix(90))"
    }
  }
}
