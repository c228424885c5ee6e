import CVectorKernels

/// A graph over the rows of one segment: read-only, checked, as it stands in its file.
///
/// `@safe` holds because the sections lie within memory that `owner` keeps, and their sizes were
/// checked when it was made; numbers in them are checked before each use. `@unchecked Sendable`:
/// nothing changes after `init` but the spare scratch, which a lock guards.
@safe final class GraphData: @unchecked Sendable {
  let header: GraphHeader
  /// Whatever holds the memory.
  private let owner: AnyObject
  @unsafe private let base: UnsafeRawPointer
  let rotation: VectorRotation
  let scratches = GraphScratchPool()

  /// - Parameters:
  ///   - base: The bytes of the file, `header.byteCount` of them, 64-byte aligned.
  ///   - owner: Keeps them.
  @unsafe init(header: GraphHeader, base: UnsafeRawPointer, owner: AnyObject) {
    self.header = header
    self.owner = owner
    unsafe self.base = base
    rotation = VectorRotation(dimension: header.dimension)
  }

  var count: Int { header.rowCount }

  /// Whether the disk could not give a page: what was found since may be little.
  var isLost: Bool { (owner as? GraphBytes)?.isLost ?? false }

  /// The graph as kernels take it.
  var columns: ck_graph {
    unsafe ck_graph(
      rows: section(header.rows), codes: section(header.codes), scales: section(header.scales),
      width: rotation.width,
      stride: VectorLayout.codeStride(header.dimension), count: UInt32(header.rowCount))
  }

  /// The row of the segment that a vertex stands for; nil where a damaged file names none.
  @inline(__always) func row(of vertex: UInt32) -> UInt32? {
    precondition(Int(vertex) < header.rowCount, "vertex outside the graph")
    let row = unsafe section(header.numbers, as: UInt32.self)[Int(vertex)]
    return Int(row) < header.rowCount ? row : nil
  }

  /// The vertex of an entry point; nil where a damaged file names none.
  func entry(_ index: Int) -> UInt32? {
    precondition(index >= 0 && index < header.entryCount, "entry outside the graph")
    let vertex = unsafe section(header.entries, as: UInt32.self)[index]
    return Int(vertex) < header.rowCount ? vertex : nil
  }

  /// The codes and scales of the entry points, for one pass over them.
  var entryColumns: (codes: UnsafePointer<UInt8>, scales: UnsafePointer<Float>) {
    unsafe (
      section(header.entryCodes, as: UInt8.self), section(header.entryScales, as: Float.self)
    )
  }

  private func section<Element>(
    _ offset: Int, as: Element.Type = Element.self
  ) -> UnsafePointer<Element> {
    unsafe (base + offset).assumingMemoryBound(to: Element.self)
  }
}
