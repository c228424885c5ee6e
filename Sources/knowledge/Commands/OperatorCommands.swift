import CommandInterface
import Platform
import RPC

extension CommandTable {
  static let businessCreate = Command(
    name: "business create", summary: "create a business",
    details: """
      Prints the new business's id and its API key. The key is shown this once: only its hash is \
      kept.
      """,
    operands: Operands("NAME", 1...1),
    groups: [
      FlagGroup(
        "",
        [
          Flag("description", .text("TEXT"), "what the business does"),
          Flag("if-missing", .none, "succeed where a business of that name exists"),
          CommonFlags.json,
        ]), CommonFlags.service,
    ],
    examples: [
      Example(
        "knowledge business create demo --description \"Shoes and repairs\"",
        "Creates the business that later commands call --business demo.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let service = try context.connect(try ServiceAddress.of(arguments, context))
      var request = BusinessCreateRequest()
      request.name = arguments.operands[0]
      request.description = arguments.text("description") ?? ""
      if arguments.isSet("if-missing"), let found = try existing(request.name, service) {
        print(id: found.businessID, name: found.name, key: nil, arguments, context)
        return .ok
      }
      let reply = try service.call(.businessCreate, request, for: BusinessCreateReply.self)
      print(
        id: reply.businessID, name: request.name, key: reply.apiKey, arguments, context)
      return .ok
    })

  static let businessList = Command(
    name: "business list", summary: "list the businesses",
    groups: [FlagGroup("", [CommonFlags.json]), CommonFlags.service],
    examples: [Example("knowledge business list", "Name, id, entries and age of each business.")],
    run: { (arguments, context) throws(CommandError) in
      let service = try context.connect(try ServiceAddress.of(arguments, context))
      let reply = try service.call(
        .businessList, BusinessListRequest(), for: BusinessListReply.self)
      if arguments.isSet("json") {
        context.console.print(json: json(reply.businesses))
      } else if reply.businesses.isEmpty {
        context.console.remark("no businesses yet; create one: knowledge business create NAME")
      } else {
        var table = TextTable([
          .init("name", canShrink: true), .init("id"), .init("entries", isRight: true),
          .init("created"), .init("description", canShrink: true),
        ])
        for business in reply.businesses {
          table.append([
            business.name, EntryJSON.identity(business.businessID),
            Quantity.count(business.entries),
            String(Clock.iso8601(microseconds: business.createdAt).prefix(10)),
            business.description,
          ])
        }
        context.console.print(
          lines: table.lines(columns: context.console.columns, style: context.console.style))
      }
      return .ok
    })

  private static func existing(
    _ name: String, _ service: any Service
  ) throws(CommandError) -> Business? {
    try service.call(.businessList, BusinessListRequest(), for: BusinessListReply.self)
      .businesses.first { ByteText($0.name) == ByteText(name) }
  }

  private static func print(
    id: [UInt8], name: String, key: String?, _ arguments: Arguments, _ context: Context
  ) {
    guard arguments.isSet("json") else {
      context.console.print(
        "business \(DisplayText.cleaned(name))  \(EntryJSON.identity(id))"
          + (key == nil ? "  exists" : ""))
      if let key, !key.isEmpty {
        context.console.print("api key  \(key)")
        context.console.remark("The key is shown this once; keep it now.")
      }
      return
    }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("business_id")
    writer.string(EntryJSON.identity(id))
    writer.key("name")
    writer.string(name)
    writer.key("created")
    writer.bool(key != nil)
    if let key, !key.isEmpty {
      writer.key("api_key")
      writer.string(key)
    }
    writer.endObject()
    context.console.print(json: writer)
  }

  private static func json(_ businesses: [Business]) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("businesses")
    writer.beginArray()
    for business in businesses {
      writer.beginObject()
      writer.key("business_id")
      writer.string(EntryJSON.identity(business.businessID))
      writer.key("name")
      writer.string(business.name)
      writer.key("description")
      writer.string(business.description)
      writer.key("created_at")
      writer.string(Clock.iso8601(microseconds: business.createdAt))
      writer.key("entries")
      writer.integer(business.entries)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer
  }
}
