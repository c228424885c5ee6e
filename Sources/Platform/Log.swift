import Glibc
import Synchronization

/// Structured log lines: one JSON object a line on standard error. Never message bodies, knowledge
/// content, keys or connection strings.
public enum Log {
  /// How much a line matters.
  public enum Level: Int, Sendable, Comparable {
    /// For whoever works on the code.
    case debug
    /// What an operator may want to know.
    case info
    /// What an operator should look at.
    case warning
    /// What an operator must look at.
    case error
    /// Above all others: as the least level it leaves nothing.
    case silent

    /// Less urgent first.
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// A field's value.
  public enum Value: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// Text; escaped as JSON needs it.
    case string(String)
    /// A whole number.
    case integer(Int)
    /// A number; one that is not finite is written as null.
    case double(Double)
    /// True or false.
    case boolean(Bool)

    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .integer(value) }
  }

  private static let threshold = Atomic<Int>(initialThreshold())

  private static func initialThreshold() -> Int {
    guard let text = unsafe getenv("KNOWLEDGE_LOG") else { return Level.info.rawValue }
    switch unsafe String(cString: text) {
    case "debug": return Level.debug.rawValue
    case "warning": return Level.warning.rawValue
    case "error": return Level.error.rawValue
    case "silent": return Level.silent.rawValue
    default: return Level.info.rawValue
    }
  }

  /// The least urgent level that is written; at first from `KNOWLEDGE_LOG` (debug, info, warning,
  /// error, silent), else info.
  public static var level: Level {
    get { Level(rawValue: threshold.load(ordering: .relaxed)) ?? .info }
    set { threshold.store(newValue.rawValue, ordering: .relaxed) }
  }

  /// Writes a line about `event` at level debug.
  public static func debug(_ event: String, _ fields: KeyValuePairs<String, Value> = [:]) {
    write(.debug, event, fields)
  }
  /// Writes a line about `event` at level info.
  public static func info(_ event: String, _ fields: KeyValuePairs<String, Value> = [:]) {
    write(.info, event, fields)
  }
  /// Writes a line about `event` at level warning.
  public static func warning(_ event: String, _ fields: KeyValuePairs<String, Value> = [:]) {
    write(.warning, event, fields)
  }
  /// Writes a line about `event` at level error.
  public static func error(_ event: String, _ fields: KeyValuePairs<String, Value> = [:]) {
    write(.error, event, fields)
  }

  private static func write(
    _ level: Level, _ event: String, _ fields: KeyValuePairs<String, Value>
  ) {
    guard level.rawValue >= threshold.load(ordering: .relaxed) else { return }
    var line = #"{"time":""# + Clock.iso8601(microseconds: Clock.wallMicroseconds)
    line += #"","level":""# + "\(level)" + #"","event":"# + quoted(event)
    for (name, value) in fields {
      line += "," + quoted(name) + ":"
      switch value {
      case .string(let text): line += quoted(text)
      case .integer(let number): line += String(number)
      case .double(let number): line += number.isFinite ? String(number) : "null"
      case .boolean(let flag): line += flag ? "true" : "false"
      }
    }
    line += "}\n"
    // One write a line, so that lines of several threads and processes do not mix.
    let bytes = Array(line.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case let control where control.value < 0x20:
        let digits = String(control.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
