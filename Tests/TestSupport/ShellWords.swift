/// Just enough of a shell's grammar for the examples: words, both quotes, pipes, redirections.
public enum ShellWords {
  /// The words of each command line of a program, without its name.
  public static func commands(of program: String, in line: String) -> [[String]] {
    var commands: [[String]] = [[]]
    var word = ""
    var isOpen = false
    var quote: Character?
    func isBreak(_ character: Character) -> Bool { "|;&<>()".contains(character) }
    for character in line + " " {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        isOpen = true
      } else if character == " " || isBreak(character) {
        if isOpen || !word.isEmpty { commands[commands.count - 1].append(word) }
        word = ""
        isOpen = false
        if isBreak(character) { commands.append([]) }
      } else {
        word.append(character)
      }
    }
    return commands.compactMap { words in
      guard let start = words.firstIndex(of: program) else { return nil }
      return Array(words[(start + 1)...])
    }
  }
}
