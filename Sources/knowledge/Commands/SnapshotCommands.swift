import CommandInterface
import KnowledgeService
import Platform
import RPC

extension CommandTable {
  static let snapshotCreate = Command(
    name: "snapshot create", summary: "copy the files, whole and consistent, while serving",
    details: """
      The copy is a store by itself that opens on any machine. On the same file system it is made of \
      hard links: it takes a moment and no room at first, and shares the fate of the disk; copy it \
      elsewhere to be safe from that. Postgres, which is the truth, is not in it: back it up by its \
      own means. Nothing is overwritten.
      """,
    operands: Operands("DIRECTORY", 0...1, completion: .files),
    groups: [FlagGroup("", [CommonFlags.json]), CommonFlags.service],
    examples: [
      Example(
        "knowledge snapshot create", "Makes one below snapshots/ in the service's data directory."),
      Example("knowledge snapshot create /backup/today", "Makes one where you say."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let service = try context.connect(try ServiceAddress.of(arguments, context))
      var request = SnapshotRequest()
      if let path = arguments.operands.first {
        request.directory = path.hasPrefix("/") ? path : "\(Environment.workingDirectory)/\(path)"
      }
      let reply = try service.call(
        .snapshot, request, for: SnapshotReply.self,
        timeoutMilliseconds: try arguments.longTimeout())
      if arguments.isSet("json") {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("directory")
        writer.string(reply.directory)
        for (key, value) in [
          ("collections", reply.collections), ("entries", reply.entries), ("bytes", reply.bytes),
          ("files_linked", reply.filesLinked), ("files_copied", reply.filesCopied),
          ("took_us", reply.tookMicroseconds),
        ] {
          writer.key(key)
          writer.integer(value)
        }
        EntryJSON.position(reply.position, into: &writer)
        writer.endObject()
        context.console.print(json: writer)
      } else {
        context.console.print(
          "\(DisplayText.cleaned(reply.directory)): \(Quantity.noun(reply.entries, "entry")) of "
            + "\(Quantity.noun(reply.collections, "collection")), \(Quantity.bytes(reply.bytes)), "
            + "\(Quantity.noun(reply.filesLinked, "file")) linked, "
            + "\(Quantity.count(reply.filesCopied)) written, in "
            + Quantity.duration(nanoseconds: reply.tookMicroseconds &* 1000))
      }
      return .ok
    })

  static let snapshotList = Command(
    name: "snapshot list", summary: "list the copies of a data directory's files",
    details: """
      Needs no service. The exit code is 1 where one of them cannot be used; what stands in their \
      segments is only read when one is restored.
      """,
    operands: Operands("DIRECTORY", 0...1, completion: .files),
    groups: [FlagGroup("", [CommonFlags.data, CommonFlags.json])],
    examples: [
      Example("knowledge snapshot list", "Those below snapshots/ in the data directory."),
      Example("knowledge snapshot list /backup", "Those in a directory of yours."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let data = try DataDirectory.path(arguments, context)
      let list: [Snapshots.Listing]
      do throws(ServiceError) {
        list = try Snapshots.list(dataDirectory: data, folder: arguments.operands.first)
      } catch { throw CommandError(.failed, "the directory cannot be read: \(error)") }
      if arguments.isSet("json") {
        context.console.print(json: json(list))
      } else if list.isEmpty {
        context.console.print("no snapshots; make one: knowledge snapshot create")
      } else {
        for item in list {
          let path = DisplayText.cleaned(item.directory)
          if let fault = item.fault {
            context.console.print(
              "\(path)  " + context.console.style.bad(DisplayText.cleaned(fault)))
          } else {
            context.console.print(
              "\(path)  \(Quantity.noun(item.entryCount, "entry")) of "
                + Quantity.noun(item.collectionCount, "collection"))
          }
        }
      }
      return list.contains { $0.fault != nil } ? .exceptions : .ok
    })

  static let snapshotRestore = Command(
    name: "snapshot restore", summary: "put a copy of the files into a data directory",
    details: """
      The data directory must have no files of a store yet, and no service. Every byte is read \
      against its checksums first. The next serve reads from Postgres what has changed since, or \
      compares everything where Postgres does not know the copy any more.
      """,
    operands: Operands("SNAPSHOT", 1...1, completion: .files),
    groups: [FlagGroup("", [CommonFlags.data, CommonFlags.json])],
    examples: [
      Example(
        "knowledge snapshot restore /backup/today --data /srv/knowledge",
        "Fills a new data directory; then: knowledge serve --data /srv/knowledge.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let data = try DataDirectory.path(arguments, context)
      let source = arguments.operands[0]
      do throws(ServiceError) {
        let report = try Snapshots.restore(source, dataDirectory: data)
        if arguments.isSet("json") {
          var writer = JSONWriter()
          writer.beginObject()
          writer.key("directory")
          writer.string(data)
          for (key, value) in [
            ("collections", report.collectionCount), ("entries", report.entryCount),
            ("bytes", report.byteCount), ("files_linked", report.linkedFileCount),
            ("files_copied", report.copiedFileCount),
          ] {
            writer.key(key)
            writer.integer(value)
          }
          writer.endObject()
          context.console.print(json: writer)
        } else {
          context.console.print(
            "\(Quantity.noun(report.entryCount, "entry")) of "
              + "\(Quantity.noun(report.collectionCount, "collection")) in "
              + DisplayText.cleaned(data))
        }
      } catch {
        throw CommandError(
          .failed, "the snapshot is not restored: \(error)",
          remedy: "knowledge snapshot list shows which can be; a store that is in the way is moved "
            + "aside with mv")
      }
      return .ok
    })

  private static func json(_ list: [Snapshots.Listing]) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("snapshots")
    writer.beginArray()
    for item in list {
      writer.beginObject()
      writer.key("directory")
      writer.string(item.directory)
      writer.key("entries")
      writer.integer(item.entryCount)
      writer.key("collections")
      writer.integer(item.collectionCount)
      writer.key("commit")
      writer.integer(item.commit)
      writer.key("position")
      writer.string(item.position)
      writer.key("fault")
      if let fault = item.fault { writer.string(fault) } else { writer.null() }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer
  }
}
