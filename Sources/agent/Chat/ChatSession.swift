import AgentService
import CommandInterface
import Platform

/// A conversation on a terminal: lines are messages, words behind a slash are commands.
struct ChatSession {
  private let conversation: any Conversing
  private let context: Context
  private let trace: (UUID) throws(CommandError) -> [String]
  private var last: AgentReply?

  private var console: Console { context.console }

  /// - Parameter trace: The lines of a turn's trace.
  init(
    _ conversation: any Conversing, _ context: Context,
    trace: @escaping (UUID) throws(CommandError) -> [String]
  ) {
    self.conversation = conversation
    self.context = context
    self.trace = trace
  }

  /// Goes on until the input ends or `/quit`. What fails is told of and the conversation goes on,
  /// on a terminal; elsewhere it ends.
  mutating func run() throws(CommandError) {
    if console.outputIsTerminal {
      console.remark("write a message; /why, /trace and /help tell more, /quit ends")
    }
    while true {
      if console.outputIsTerminal { console.output(Array("\n> ".utf8)) }
      guard let line = try context.readLine() else { return }
      let text = line.trimmingSpaces
      if text.isEmpty { continue }
      if text == "/quit" || text == "/exit" { return }
      do throws(CommandError) {
        if text.hasPrefix("/") { try command(text) } else { try say(text) }
      } catch {
        guard console.outputIsTerminal else { throw error }
        console.report(error, asJSON: false)
      }
    }
  }

  private mutating func say(_ text: String) throws(CommandError) {
    var shown = ShownText()
    let console = console
    do throws(ConversationFailure) {
      let reply = try conversation.ask(text) { piece in
        console.output(Array(shown.take(piece).utf8))
      }
      ReplyOutput(console: console).finish(reply, shown: shown.text)
      last = reply
    } catch {
      if !shown.text.isEmpty { console.print() }
      throw CommandError(error)
    }
  }

  private func command(_ text: String) throws(CommandError) {
    switch text {
    case "/help":
      console.print(lines: [
        "/why    what the last answer rests on", "/trace  how it came about, step by step",
        "/quit   end the conversation here; it can be gone on with",
      ])
    case "/why", "/trace":
      guard let last else { return console.remark("there is no answer yet") }
      if text == "/why" {
        ReplyOutput(console: console).why(last)
      } else {
        console.print(lines: try trace(last.turnID))
      }
    default:
      let nearest = NearestName.of(text, among: ["/why", "/trace", "/quit", "/help"])
      console.remark(
        "there is no \(quoted(text))" + (nearest.map { "; did you mean \($0)?" } ?? "; see /help"))
    }
  }
}
