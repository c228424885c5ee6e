import Platform

/// Where the service keeps its files when nobody says otherwise.
package enum DataDirectory {
  /// `--data`, else `/var/lib/knowledge` for root, else the user's own data directory.
  ///
  /// - Throws: ``CommandError`` where the user has no home either.
  package static func path(
    _ arguments: Arguments, _ context: some CommandContext, isRoot: Bool = Environment.isRoot
  ) throws(CommandError) -> String {
    if let given = arguments.text("data") { return trimmed(given) }
    if isRoot { return "/var/lib/knowledge" }
    if let shared = context.environment("XDG_DATA_HOME"), shared.hasPrefix("/") {
      return trimmed(shared) + "/knowledge"
    }
    if let home = context.environment("HOME"), home.hasPrefix("/") {
      return trimmed(home) + "/.local/share/knowledge"
    }
    throw .usage("there is no home directory to keep data in", remedy: "name one with --data DIR")
  }

  private static func trimmed(_ path: String) -> String {
    var path = path
    while path.hasSuffix("/"), path.utf8.count > 1 { path.removeLast() }
    return path
  }
}
