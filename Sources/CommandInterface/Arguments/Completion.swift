/// A shell that can complete command lines.
package enum Shell: String, CaseIterable, Sendable { case bash, zsh, fish }

/// Scripts that complete command lines in a shell, made from the table of commands.
package struct Completion<Context: CommandContext> {
  private let program: String
  private let table: [Command<Context>]

  /// - Parameter commands: What is to be completed.
  package init(_ commands: CommandSet<Context>) {
    program = commands.program
    table = commands.all
  }

  /// The script for a shell.
  package func script(for shell: Shell) -> [String] {
    switch shell {
    case .bash: bash()
    case .zsh: zsh()
    case .fish: fish()
    }
  }

  // MARK: bash

  private func bash() -> [String] {
    var lines = [
      "# bash completion of \(program): source <(\(program) completion bash)",
      "_\(program)() {",
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}",
      "  local command= second= word index",
      "  for ((index = 1; index < COMP_CWORD; index++)); do",
      "    word=${COMP_WORDS[index]}",
      "    case $word in",
    ]
    let withValue = Set(table.flatMap(\.flags).filter { $0.value != .none }.map(\.spelling))
    if !withValue.isEmpty {
      lines.append("      \(withValue.sorted().joined(separator: "|"))) ((index++)) ;;")
    }
    lines += [
      "      -*) ;;",
      "      *) if [ -z \"$command\" ]; then command=$word",
      "         elif [ -z \"$second\" ]; then second=$word; fi ;;",
      "    esac",
      "  done",
    ]
    let groups = firstWords.filter { $0.contains(" ") == false && isGroup($0) }
    for group in groups {
      lines.append(
        "  [ \"$command\" = \(group) ] && [ -n \"$second\" ] && command=\"\(group) $second\"")
    }
    lines += [
      "  COMPREPLY=()",
      "  case $previous in",
    ]
    for (flags, action) in valueActions() {
      lines.append("    \(flags)) \(action); return ;;")
    }
    lines += ["  esac", "  case $command in"]
    lines.append(
      "    '') COMPREPLY=($(compgen -W '\(firstWords.joined(separator: " "))' -- \"$current\")) ;;"
    )
    for group in groups {
      let words = table.map(\.name).filter { $0.hasPrefix(group + " ") }
        .map { String($0.dropFirst(group.count + 1)) }
      lines.append(
        "    \(group)) COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$current\")) ;;"
      )
    }
    for command in table {
      let flags = command.flags.map(\.spelling).joined(separator: " ")
      lines.append("    '\(command.name)')")
      lines.append("      if [[ $current == -* ]]; then")
      lines.append("        COMPREPLY=($(compgen -W '\(flags)' -- \"$current\"))")
      switch command.operands.completion {
      case .nothing: break
      case .files: lines.append("      else COMPREPLY=($(compgen -f -- \"$current\"))")
      case .words(let words):
        lines.append(
          "      else COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$current\"))")
      case .commands:
        lines.append(
          "      else COMPREPLY=($(compgen -W '\(firstWords.joined(separator: " "))' -- \"$current\"))"
        )
      }
      lines += ["      fi ;;"]
    }
    return lines + ["  esac", "}", "complete -o filenames -F _\(program) \(program)"]
  }

  /// What bash offers after a flag with a value, by the flag's spelling; the same flag takes the
  /// same words wherever it stands, or their union.
  private func valueActions() -> [(String, String)] {
    var words: [String: [String]] = [:]
    var actions: [String: String] = [:]
    for flag in table.flatMap(\.flags) {
      switch flag.value {
      case .none: continue
      case .choice(let choices):
        for choice in choices where !words[flag.spelling, default: []].contains(choice) {
          words[flag.spelling, default: []].append(choice)
        }
      case .file: actions[flag.spelling] = "COMPREPLY=($(compgen -f -- \"$current\"))"
      case .directory: actions[flag.spelling] = "COMPREPLY=($(compgen -d -- \"$current\"))"
      default: actions[flag.spelling] = actions[flag.spelling] ?? ":"
      }
    }
    for (spelling, choices) in words {
      actions[spelling] =
        "COMPREPLY=($(compgen -W '\(choices.joined(separator: " "))' -- \"$current\"))"
    }
    let byAction = Dictionary(grouping: actions.keys, by: { actions[$0]! })
    return byAction.map { ($0.value.sorted().joined(separator: "|"), $0.key) }.sorted { $0 < $1 }
  }

  // MARK: zsh

  private func zsh() -> [String] {
    var lines = [
      "#compdef \(program)",
      "# zsh completion of \(program): source <(\(program) completion zsh)",
      "_\(program)() {",
      "  local context state line curcontext=$curcontext",
      "  local -a commands=(",
    ]
    let groups = firstWords.filter { isGroup($0) }
    for word in firstWords {
      let summary = table.first { $0.name == word }?.summary ?? "commands about a \(word)"
      lines.append("    \(zshQuoted("\(word):\(summary)"))")
    }
    lines += [
      "  )",
      "  _arguments -C '1:command:->command' '*::argument:->argument'",
      "  case $state in",
      "    command) _describe command commands ;;",
      "    argument)",
      "      local name=$line[1]",
    ]
    for group in groups {
      let words = table.filter { $0.name.hasPrefix(group + " ") }
      lines.append("      if [[ $name == \(group) ]]; then")
      lines.append("        if (( CURRENT == 1 )); then")
      let values = words.map {
        zshQuoted("\($0.name.dropFirst(group.count + 1)):\($0.summary)")
      }
      lines.append("          local -a words_of_group=(\(values.joined(separator: " ")))")
      lines.append("          _describe word words_of_group; return")
      lines.append("        fi")
      lines.append("        name=\"\(group) $words[1]\"")
      lines.append("      fi")
    }
    lines.append("      case $name in")
    for command in table {
      lines.append("        '\(command.name)') _arguments \\")
      for flag in command.flags { lines.append("          \(zshQuoted(zshFlag(flag))) \\") }
      switch command.operands.completion {
      case .files: lines.append("          '*:file:_files' ;;")
      case .words(let words):
        lines.append("          '1:word:(\(words.joined(separator: " ")))' ;;")
      case .commands:
        lines.append("          '1:command:(\(firstWords.joined(separator: " ")))' ;;")
      case .nothing: lines.append("          '*: :' ;;")
      }
    }
    return lines + [
      "      esac ;;", "  esac", "}",
      "if [ \"$funcstack[1]\" = _\(program) ]; then _\(program) \"$@\"; else compdef _\(program) \(program); fi",
    ]
  }

  private func zshFlag(_ flag: Flag) -> String {
    let meaning = flag.summary.replacing("[", with: "(").replacing("]", with: ")")
      .replacing(":", with: " ")
    let repeats: Bool =
      switch flag.value {
      case .list, .repeated: true
      default: false
      }
    let head = (repeats ? "*" : "") + flag.spelling + "[\(meaning)]"
    switch flag.value {
    case .none: return head
    case .choice(let words): return head + ":word:(\(words.joined(separator: " ")))"
    case .file: return head + ":file:_files"
    case .directory: return head + ":directory:_files -/"
    default: return head + ":\((flag.placeholder ?? "value").replacing(":", with: " ")):"
    }
  }

  private func zshQuoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }

  // MARK: fish

  private func fish() -> [String] {
    var lines = [
      "# fish completion of \(program): \(program) completion fish | source",
      "complete -c \(program) -f",
    ]
    for word in firstWords {
      let summary = table.first { $0.name == word }?.summary ?? "commands about a \(word)"
      lines.append(
        "complete -c \(program) -n __fish_use_subcommand -a \(word) -d \(fishQuoted(summary))")
    }
    for command in table {
      let words = command.name.split(separator: " ").map(String.init)
      var condition = "__fish_seen_subcommand_from \(words[0])"
      if words.count == 2 {
        lines.append(
          "complete -c \(program) -n \(fishQuoted("\(condition); and not __fish_seen_subcommand_from \(siblings(of: command))")) -a \(words[1]) -d \(fishQuoted(command.summary))"
        )
        condition += "; and __fish_seen_subcommand_from \(words[1])"
      }
      for flag in command.flags {
        var line = "complete -c \(program) -n \(fishQuoted(condition))"
        line += flag.name.count == 1 ? " -s \(flag.name)" : " -l \(flag.name)"
        switch flag.value {
        case .none: break
        case .choice(let choices): line += " -x -a \(fishQuoted(choices.joined(separator: " ")))"
        case .file: line += " -r -F"
        case .directory: line += " -x -a '(__fish_complete_directories)'"
        default: line += " -x"
        }
        lines.append(line + " -d \(fishQuoted(flag.summary))")
      }
      switch command.operands.completion {
      case .nothing: break
      case .files: lines.append("complete -c \(program) -n \(fishQuoted(condition)) -F")
      case .words(let choices):
        lines.append(
          "complete -c \(program) -n \(fishQuoted(condition)) -a \(fishQuoted(choices.joined(separator: " ")))"
        )
      case .commands:
        lines.append(
          "complete -c \(program) -n \(fishQuoted(condition)) -a \(fishQuoted(firstWords.joined(separator: " ")))"
        )
      }
    }
    return lines
  }

  private func fishQuoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }

  // MARK: The table

  private var firstWords: [String] {
    var words: [String] = []
    for command in table {
      let word = String(command.name.prefix { $0 != " " })
      if !words.contains(word) { words.append(word) }
    }
    return words
  }

  private func isGroup(_ word: String) -> Bool {
    table.contains { $0.name.hasPrefix(word + " ") }
  }

  private func siblings(of command: Command<Context>) -> String {
    let group = command.name.prefix { $0 != " " } + " "
    return table.map(\.name).filter { $0.hasPrefix(group) }.map {
      String($0.dropFirst(group.count))
    }
    .joined(separator: " ")
  }
}
