import Platform
import Runtime
import TestSupport

/// A line of the product that makes a file call, and what it calls to do so.
struct CallSite: Hashable, CustomStringConvertible {
  /// Return addresses, the innermost first.
  typealias Stack = [UInt64]

  /// A line of a source file, below `Sources/`.
  struct Line: Hashable {
    var file: String
    var number: Int
  }

  /// The line of the store, and the lines of `Platform` that it leads to.
  var lines: [Line]
  /// In words that outlive a change elsewhere in the file: file, function, the text of the line.
  var description: String

  private static let images = ImageMap.capture()

  /// Where this is called from.
  static func stack() -> Stack {
    guard let trace = try? Backtrace.capture(limit: 64, images: images) else { return [] }
    return trace.frames.compactMap { UInt64($0.adjustedProgramCounter) }
  }

  /// What `addr2line` says of the addresses in stacks: their lines below `Sources/`, if any.
  static func lines(of stacks: Set<Stack>) throws -> [UInt64: Line] {
    let program = try Built.program()
    let base = images.first { $0.path == program }.flatMap { UInt64($0.baseAddress) } ?? 0
    let addresses = Set(stacks.joined()).filter { $0 > base }.sorted()
    let list = addresses.map { String($0 - base, radix: 16) + "\n" }.joined()
    let outcome = try Program.run(
      "/usr/bin/addr2line", ["-e", program], input: .bytes(Array(list.utf8)))
    let answers = outcome.text.split(separator: "\n")
    guard outcome.status == 0, answers.count == addresses.count else {
      throw TestSupportError("addr2line: \(outcome)")
    }
    var lines: [UInt64: Line] = [:]
    for (address, answer) in zip(addresses, answers) {
      guard let cut = answer.range(of: "/Sources/"), let colon = answer.lastIndex(of: ":"),
        let number = Int(answer[answer.index(after: colon)...].prefix { $0.isNumber }), number > 0
      else { continue }
      lines[address] = Line(file: String(answer[cut.upperBound..<colon]), number: number)
    }
    return lines
  }

  /// What only passes a call on.
  private static let wrappers = ["StoreError.swift", "FileFormat.swift", "CallFaults.swift"]

  /// - Parameter lines: All of a stack, the innermost first.
  init?(_ lines: [Line]) {
    let isWrapped = { (line: Line) in
      line.file.hasPrefix("Platform/") || Self.wrappers.contains { line.file.hasSuffix($0) }
    }
    guard let place = lines.first(where: { !isWrapped($0) }) else { return nil }
    let below = lines.prefix { isWrapped($0) }.filter { line in
      line.file.hasPrefix("Platform/File")
    }
    self.lines = [place] + below
    let words = Self.words(place)
    let call = below.count < 2 ? "" : " (\(Self.words(below.last!).text))"
    description = "\(words.file), \(words.function): \(words.text)\(call)"
  }

  private static func words(_ line: Line) -> (file: String, function: String, text: String) {
    let source = (try? Self.source(line.file)) ?? []
    guard line.number <= source.count else { return (line.file, "?", "?") }
    let function = source[..<line.number].last { $0.contains("func ") || $0.contains(" init(") }
    let name = function.map { text -> Substring in
      let start = text.range(of: "func ")?.upperBound ?? text.range(of: "init(")!.lowerBound
      return text[start...].prefix { $0 != "(" && $0 != "<" }
    }
    let file = line.file.split(separator: "/").last.map(String.init) ?? line.file
    let text = source[line.number - 1].drop { $0 == " " }
    return (file, String(name ?? "?"), String(text))
  }

  /// The lines of a file below `Sources/`.
  static func source(_ file: String) throws -> [Substring] {
    let bytes = try FileSystem.readAll(Built.package + "/Sources/" + file)
    return String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }
}
