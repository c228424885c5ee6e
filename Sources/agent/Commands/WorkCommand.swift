import Agent
import AgentService
import CommandInterface
import Platform
import Truth

extension CommandTable {
  static let work = Command(
    name: "work", summary: "answer whatever is due, in all businesses, until it is stopped",
    details: """
      Messages that wait are answered: those of channels, and those that a killed process left \
      behind, from the step that it had come to. Several processes may do so for one database; no \
      message is answered twice. The answers wait in the outbox of their conversation. A signal \
      ends it: what is under way stays due.
      """,
    groups: [
      FlagGroup(
        "",
        [
          Flag(
            "threads", .integer("N", 1...1000), "turns that run at once; most wait for a model",
            fallback: "64")
        ]), place,
    ],
    examples: [
      Example("agent work", "Answers what is due in the database of the running service.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let address = try DatabaseAddress.of(arguments, context)
      let threads = arguments.integer("threads") ?? 64
      let runner = try Conversations.runner(
        address, try ConversationRequest.knowledge(arguments, context),
        connectionLimit: min(32, threads + 2), environment: context.environment)
      let workers = AgentWorkers(runner, threadCount: threads, share: max(1, threads / 2)) { _ in }
      let interruption = Interruption.listen()
      let watcher = Thread.spawn(name: "interruption") {
        while !interruption.isAsked { Thread.sleep(milliseconds: 50) }
        workers.stop()
      }
      workers.run()
      watcher.join()
      runner.close()
      return .interrupted
    })
}
