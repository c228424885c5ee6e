import CommandInterface

/// Where the command line keeps what should survive a restart (XDG base directories).
enum StateDirectory {
  /// `$XDG_STATE_HOME/knowledge`, else `~/.local/state/knowledge`; nil without a home.
  static func path(_ context: Context) -> String? {
    if let state = context.environment("XDG_STATE_HOME"), state.hasPrefix("/") {
      return state + "/knowledge"
    }
    if let home = context.environment("HOME"), home.hasPrefix("/") {
      return home + "/.local/state/knowledge"
    }
    return nil
  }
}
