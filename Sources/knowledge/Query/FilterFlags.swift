import CommandInterface
import RPC

/// The flags of ``CommonFlags/filter`` as the service's filter.
enum FilterFlags {
  /// - Parameter activeByDefault: What `--active` means where it is not given; nil leaves it to
  ///   the service.
  /// - Returns: nil where nothing is filtered.
  static func filter(
    _ arguments: Arguments, activeByDefault: Bool? = nil
  ) throws(CommandError) -> Filter? {
    var filter = Filter()
    filter.categories = arguments.list("category")
    filter.entryTypes = arguments.list("type")
    filter.keywords = arguments.list("keyword")
    filter.languages = arguments.list("language")
    switch arguments.text("active") {
    case "true": filter.isActive = true
    case "false": filter.isActive = false
    case "any":
      // An unset flag means active entries to a search, so both are asked for by name.
      filter.anyOf = [Filter(isActive: true), Filter(isActive: false)]
    default: filter.isActive = activeByDefault
    }
    if let text = arguments.text("priority") {
      let (low, high) = try bounds(text, flag: "--priority")
      filter.priorityLowest = try low.map { (text) throws(CommandError) in try priority(text) }
      filter.priorityHighest = try high.map { (text) throws(CommandError) in try priority(text) }
    }
    for text in arguments.all("where") { try WhereCondition(text).add(to: &filter) }
    (filter.createdFrom, filter.createdTo) = try period(arguments, "created")
    (filter.updatedFrom, filter.updatedTo) = try period(arguments, "updated")
    return filter == Filter() ? nil : filter
  }

  private static func priority(_ text: String) throws(CommandError) -> Int32 {
    guard let value = Int32(text) else {
      throw .usage(
        "--priority needs whole numbers, not \(quoted(text))", remedy: "such as 8..9, 8.. or ..9")
    }
    return value
  }

  private static func period(
    _ arguments: Arguments, _ name: String
  ) throws(CommandError) -> (from: Int64?, to: Int64?) {
    guard let text = arguments.text(name) else { return (nil, nil) }
    let (low, high) = try bounds(text, flag: "--\(name)")
    func moment(_ text: String) throws(CommandError) -> ClosedRange<Int64> {
      guard let range = Timestamp.range(of: text) else {
        throw .usage(
          "--\(name) needs dates, not \(quoted(text))",
          remedy: "such as 2026-01-31 or 2026-01-31T12:00:00Z")
      }
      return range
    }
    return (
      try low.map { (text) throws(CommandError) in try moment(text).lowerBound },
      try high.map { (text) throws(CommandError) in try moment(text).upperBound }
    )
  }

  /// `LOW..HIGH`, `LOW..`, `..HIGH`, or one value for both.
  private static func bounds(
    _ text: String, flag: String
  ) throws(CommandError) -> (low: String?, high: String?) {
    guard let dots = text.firstRange(of: "..") else { return (text, text) }
    let low = text[..<dots.lowerBound].trimmingSpaces
    let high = text[dots.upperBound...].trimmingSpaces
    guard !low.isEmpty || !high.isEmpty else {
      throw .usage("\(flag) needs at least one bound, as in 5..10, 5.. or ..10")
    }
    return (low.isEmpty ? nil : low, high.isEmpty ? nil : high)
  }
}
