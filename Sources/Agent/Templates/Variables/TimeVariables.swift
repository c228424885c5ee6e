import Platform

/// Now.
enum TimeVariables: VariableProvider {
  static let variables = [
    TemplateVariable("current_time", "such as 2026-11-22 14:05 UTC"),
    TemplateVariable("current_date", "such as 2026-11-22 (Sunday)"),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    .text(name == "current_time" ? minute(scope.input.now) : day(scope.input.now))
  }

  /// `2026-11-22 14:05 UTC` for microseconds since 1970.
  static func minute(_ microseconds: Int64) -> String {
    let text = Clock.iso8601(microseconds: microseconds)
    return text.prefix(while: { $0 != "T" }) + " "
      + text.drop { $0 != "T" }.dropFirst().prefix(5) + " UTC"
  }

  /// `2026-11-22 (Sunday)` for microseconds since 1970.
  static func day(_ microseconds: Int64) -> String {
    let days = microseconds / 86_400_000_000 - (microseconds % 86_400_000_000 < 0 ? 1 : 0)
    // The first of January 1970 was a Thursday.
    let weekday = Int(((days + 4) % 7 + 7) % 7)
    let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    return Clock.iso8601(microseconds: microseconds).prefix { $0 != "T" } + " (\(names[weekday]))"
  }
}
