import KnowledgeStore
import Platform
import RPC
import Truth

/// Copies of a data directory's files: made while serving, listed and put back while nobody serves.
///
/// A copy is a store by itself and says what it reflects. The truth is not in it: whoever serves it
/// reads from Postgres what has changed since, or everything where Postgres does not know its
/// position any more. Rows that are as the copy has them are not embedded again.
public enum Snapshots {
  /// The directory of copies below a data directory.
  static let folderName = "snapshots"

  /// A copy.
  public struct Listing: Sendable {
    /// Where it stands.
    public let directory: String
    /// The store's commit.
    public let commit: UInt64
    /// Collections.
    public let collectionCount: Int
    /// Live entries.
    public let entryCount: Int
    /// What it reflects, as text; empty where the truth was never read.
    public let position: String
    /// Why it cannot be used; nil where nothing was found. Its segments are not read for this.
    public let fault: String?
  }

  /// The copies below `folder`, or below a data directory's `snapshots`, by name.
  ///
  /// - Throws: ``ServiceError`` where the directory cannot be read; a missing one has none.
  public static func list(
    dataDirectory: String, folder: String? = nil
  ) throws(ServiceError) -> [Listing] {
    let folder = folder ?? "\(dataDirectory)/\(folderName)"
    guard FileSystem.isDirectory(folder) else { return [] }
    let names = try systemCall { () throws(SystemError) in try FileSystem.list(folder) }
    return names.map { "\(folder)/\($0)" }.filter(FileSystem.isPlainDirectory).map { path in
      do throws(StoreError) {
        let summary = try StoreSummary(directory: path)
        return Listing(
          directory: path, commit: summary.commit, collectionCount: summary.collectionCount,
          entryCount: summary.entryCount,
          position: Truth.Position(bytes: summary.position)?.description ?? "", fault: nil)
      } catch {
        return Listing(
          directory: path, commit: 0, collectionCount: 0, entryCount: 0, position: "",
          fault: error.description)
      }
    }
  }

  /// Puts a copy in the place of a data directory's files, which must not be there.
  ///
  /// Every byte is read against its checksums before the files get their place. The copy stays as
  /// it is.
  /// - Throws: ``ServiceError``; nothing has changed then.
  public static func restore(
    _ source: String, dataDirectory: String
  ) throws(ServiceError) -> CopyReport {
    try systemCall { () throws(SystemError) in try FileSystem.createDirectories(dataDirectory) }
    do throws(StoreError) {
      return try Store.copy(of: source, to: dataDirectory + "/store")
    } catch { throw ServiceError(error) }
  }
}

extension Operations {
  /// Makes a consistent copy of the files, committed first.
  func snapshot(
    _ request: SnapshotRequest, for principal: Principal
  ) throws(RPCRefusal) -> SnapshotReply {
    guard principal.isOperator else { throw .operatorOnly }
    let began = Clock.monotonicNanoseconds
    let target: String
    if request.directory.isEmpty {
      let time = Clock.iso8601(microseconds: Clock.wallMicroseconds)
        .filter { $0.isNumber || $0 == "T" || $0 == "Z" }
      let data = FileSystem.directory(of: core.store.directory)
      target = "\(data)/\(Snapshots.folderName)/\(time)"
    } else {
      target = request.directory
      let isPlain = target.utf8.first == UInt8(ascii: "/") && target.utf8.count <= 1024
      guard isPlain, !target.utf8.contains(0), !target.split(separator: "/").contains("..") else {
        throw .invalid(
          "directory", "is not an absolute path without ..",
          remediation: "name it from the root of the service's machine, as /backup/today")
      }
    }
    try applier.perform { (applier, follower) throws(ApplyError) in applier.commit(&follower) }
    let report: CopyReport
    do throws(StoreError) { report = try core.store.copy(to: target) } catch {
      throw RPCRefusal(error)
    }
    var reply = SnapshotReply()
    reply.directory = target
    reply.collections = UInt64(report.collectionCount)
    reply.entries = UInt64(report.entryCount)
    reply.bytes = UInt64(report.byteCount)
    reply.filesLinked = UInt64(report.linkedFileCount)
    reply.filesCopied = UInt64(report.copiedFileCount)
    reply.position =
      report.position.isEmpty
      ? nil : Truth.Position(bytes: report.position).map { RPC.Position($0, sequence: 0) }
    reply.tookMicroseconds = (Clock.monotonicNanoseconds - began) / 1000
    Log.info(
      "snapshot made",
      [
        "directory": .string(target), "entries": .integer(report.entryCount),
        "linked": .integer(report.linkedFileCount), "copied": .integer(report.copiedFileCount),
      ])
    return reply
  }
}
