import CommandInterface
import Platform
import RPC

extension CommandTable {
  static let health = Command(
    name: "health", summary: "ask the service how it is",
    details: "The exit code is 0 when all is well, 1 when something is missing, 6 when it fails.",
    groups: [
      FlagGroup(
        "",
        [
          Flag(
            "wait", .number("SECONDS", upTo: 86_400),
            "how long to wait until it answers and all is well", fallback: "0"),
          CommonFlags.json,
        ]), CommonFlags.service,
    ],
    examples: [
      Example("knowledge health", "One line, and a reason a line where something is wrong."),
      Example("knowledge serve & knowledge health --wait 60", "Goes on once the service is ready."),
      Example(
        "knowledge health --timeout 2 --json > /dev/null || echo down",
        "A probe for a supervisor."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let reply = try reply(
        of: try ServiceAddress.of(arguments, context), context,
        waitMilliseconds: Int((arguments.number("wait") ?? 0) * 1000))
      let (word, exit): (String, ExitCode) =
        switch reply.status {
        case .ok: ("ok", .ok)
        case .degraded: ("degraded", .exceptions)
        default: ("failing", .failed)
        }
      if arguments.isSet("json") {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("status")
        writer.string(word)
        writer.key("reasons")
        writer.beginArray()
        for reason in reply.reasons { writer.string(reason) }
        writer.endArray()
        writer.key("version")
        writer.string(reply.version)
        writer.endObject()
        context.console.print(json: writer)
      } else {
        let style = context.console.style
        let shown =
          exit == .ok ? style.good(word) : exit == .failed ? style.bad(word) : style.warning(word)
        context.console.print("\(shown)  knowledge \(reply.version)")
        for reason in reply.reasons { context.console.print("  " + DisplayText.cleaned(reason)) }
      }
      return exit
    })

  /// Asks until the service answers that all is well, or the time is up.
  private static func reply(
    of address: ServiceAddress, _ context: Context, waitMilliseconds: Int
  ) throws(CommandError) -> HealthReply {
    let end = Clock.monotonicNanoseconds + UInt64(waitMilliseconds) * 1_000_000
    while true {
      do throws(CommandError) {
        let reply = try context.connect(address).call(
          .health, HealthRequest(), for: HealthReply.self)
        if reply.status == .ok || Clock.monotonicNanoseconds >= end { return reply }
      } catch {
        guard error.exit == .unreachable, Clock.monotonicNanoseconds < end else { throw error }
      }
      Thread.sleep(milliseconds: 50)
    }
  }

  static let describe = Command(
    name: "describe", summary: "print the service's message schema",
    details: "The text is proto3: protoc makes a client of it in any language.",
    groups: [FlagGroup("", [CommonFlags.json]), CommonFlags.service],
    examples: [
      Example("knowledge describe > knowledge.proto", "Saves the schema of the running service.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let service = try context.connect(try ServiceAddress.of(arguments, context))
      let reply = try service.call(.describe, DescribeRequest(), for: DescribeReply.self)
      if arguments.isSet("json") {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("version")
        writer.string(reply.version)
        writer.key("schema")
        writer.string(reply.schema)
        writer.endObject()
        context.console.print(json: writer)
      } else {
        context.console.output(Array(reply.schema.utf8))
      }
      return .ok
    })
}
