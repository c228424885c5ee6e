import Platform
import RPC

/// Operands that name entries: UUIDs are ids, all else (or all of them with `--external`) are
/// external ids.
struct EntryReferences: Sendable, Equatable {
  private(set) var ids: [[UInt8]] = []
  private(set) var externalIDs: [String] = []
  /// As they were written, ids first, each list in its order.
  private(set) var names: [String] = []

  init(_ operands: [String], allExternal: Bool) {
    var external: [String] = []
    for operand in operands {
      if !allExternal, let id = UUID(operand) {
        ids.append(id.bytes)
        names.append(operand)
      } else {
        externalIDs.append(operand)
        external.append(operand)
      }
    }
    names += external
  }
}
