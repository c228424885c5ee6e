import CommandInterface
import Platform
import RPC

extension CommandTable {
  static let get = Command(
    name: "get", summary: "show entries by id or external id",
    details: """
      An operand that is a UUID is an id, any other an external id. The exit code is 1 where one \
      of them does not exist.
      """,
    operands: Operands("ID...", 1...1000),
    groups: [
      FlagGroup(
        "",
        [
          CommonFlags.business, CommonFlags.collection,
          Flag(
            "external", .none, "every operand is an external id, also one that looks like a UUID"),
          Flag("with-vector", .none, "put the vectors into the JSON"),
          Flag(
            "min-xid", .text("XID"),
            "answer from a state that holds this transaction, as a write reported it"),
          CommonFlags.minPosition,
          CommonFlags.json,
        ]), CommonFlags.service,
    ],
    examples: [
      Example("knowledge get faq-17 --business demo", "The entry whose external id is faq-17."),
      Example(
        "knowledge get 0192d4c0-0000-7000-8000-000000000001 --business demo --json",
        "An entry by its id, as one JSON object with entries and missing."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let address = try ServiceAddress.ofBusiness(arguments, context)
      let wanted = EntryReferences(
        arguments.operands, allExternal: arguments.isSet("external"))
      var request = GetRequest()
      request.collection = arguments.text("collection") ?? ""
      request.ids = wanted.ids
      request.externalIDs = wanted.externalIDs
      request.includeVector = arguments.isSet("with-vector")
      let reply = try context.ask(
        .get, request, for: GetReply.self, arguments, address)
      let missing = missing(of: wanted, in: reply.entries)
      if arguments.isSet("json") {
        context.console.print(json: json(reply, missing: missing))
      } else {
        for (index, entry) in reply.entries.enumerated() {
          if index > 0 { context.console.print() }
          context.console.print(
            lines: EntryCard.lines(
              entry, columns: context.console.columns, style: context.console.style))
        }
        let collection = request.collection.isEmpty ? "knowledge" : request.collection
        for name in missing {
          context.console.remark(
            "not found in collection \(DisplayText.cleaned(collection)): \(DisplayText.cleaned(name))"
          )
        }
        if !missing.isEmpty, !arguments.isSet("collection") {
          context.console.remark("--collection NAME looks in another")
        }
      }
      return missing.isEmpty ? .ok : .exceptions
    })

  static let delete = Command(
    name: "delete", summary: "delete entries by id or external id",
    details: """
      An operand that is a UUID is an id, any other an external id. Deleted entries are gone from \
      the next search. The exit code is 1 where one of them did not exist.
      """,
    operands: Operands("ID...", 1...1000),
    groups: [
      FlagGroup(
        "",
        [
          CommonFlags.business, CommonFlags.collection,
          Flag(
            "external", .none, "every operand is an external id, also one that looks like a UUID"),
          Flag("soft", .none, "keep the row in the database, marked deleted"), CommonFlags.json,
        ]), CommonFlags.service,
    ],
    examples: [
      Example("knowledge delete faq-17 faq-18 --business demo", "Deletes two entries."),
      Example(
        "knowledge delete faq-17 --business demo --soft", "Hides an entry and keeps its row."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let address = try ServiceAddress.ofBusiness(arguments, context)
      let wanted = EntryReferences(
        arguments.operands, allExternal: arguments.isSet("external"))
      var request = DeleteRequest()
      request.collection = arguments.text("collection") ?? ""
      request.ids = wanted.ids
      request.externalIDs = wanted.externalIDs
      request.soft = arguments.isSet("soft")
      let reply = try context.connect(address).call(.delete, request, for: DeleteReply.self)
      if arguments.isSet("json") {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("deleted")
        writer.integer(reply.deleted)
        writer.key("not_found")
        writer.integer(reply.notFound)
        writer.key("xid")
        writer.string(String(reply.xid))
        writer.endObject()
        context.console.print(json: writer)
      } else {
        context.console.print(
          "\(Quantity.count(reply.deleted)) deleted"
            + (reply.notFound > 0 ? ", \(Quantity.count(reply.notFound)) not found" : ""))
      }
      return reply.notFound == 0 ? .ok : .exceptions
    })

  /// The names that no entry of the reply answers to, in their order.
  private static func missing(of wanted: EntryReferences, in entries: [Entry]) -> [String] {
    var present = Set(entries.map { ByteText($0.externalID) })
    for entry in entries { present.insert(ByteText(EntryJSON.identity(entry.id))) }
    return wanted.names.filter { name in
      !present.contains(ByteText(name))
        && UUID(name).map { !present.contains(ByteText($0.description)) } ?? true
    }
  }

  private static func json(_ reply: GetReply, missing: [String]) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("entries")
    writer.beginArray()
    for entry in reply.entries {
      writer.beginObject()
      EntryJSON.members(entry, into: &writer)
      writer.endObject()
    }
    writer.endArray()
    writer.key("missing")
    writer.beginArray()
    for name in missing { writer.string(name) }
    writer.endArray()
    EntryJSON.position(reply.position, into: &writer)
    writer.endObject()
    return writer
  }
}
