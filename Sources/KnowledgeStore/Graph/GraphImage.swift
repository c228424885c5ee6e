import CVectorKernels
import Platform

/// A graph file in memory, while it is made.
@safe final class GraphImage {
  private(set) var header: GraphHeader
  let memory: AlignedMemory

  /// - Parameter header: Its efforts and its table's checksum come later.
  init(header: GraphHeader) {
    self.header = header
    memory = AlignedMemory(byteCount: header.fileByteCount)
    unsafe memory.base.initializeMemory(as: UInt8.self, repeating: 0, count: header.fileByteCount)
  }

  var byteCount: Int { header.fileByteCount }

  /// The graph as it stands now.
  func graph() -> GraphData { unsafe GraphData(header: header, base: memory.base, owner: memory) }

  func withBytes<Value, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try memory.withBytes(0, byteCount, body)
  }

  private func column<Element>(
    _ offset: Int, as type: Element.Type
  ) -> UnsafeMutablePointer<Element> {
    unsafe (memory.base + offset).assumingMemoryBound(to: type)
  }

  /// Writes all sections but the checksums; false where the caller gave up.
  func fill(
    rows: VectorRows, order: [UInt32], links: GraphLinks, entries: [UInt32],
    kernels: GraphKernels, isStopped: () -> Bool
  ) -> Bool {
    let stride = VectorLayout.codeStride(rows.dimension)
    let codes = unsafe column(header.codes, as: UInt8.self)
    let scales = unsafe column(header.scales, as: Float.self)
    let numbers = unsafe column(header.numbers, as: UInt32.self)
    for (vertex, row) in order.enumerated() {
      unsafe (codes + vertex * stride).update(from: rows.codes + Int(row) * stride, count: stride)
      unsafe scales[vertex] = rows.scales[Int(row)]
      unsafe numbers[vertex] = row
    }
    for (index, vertex) in entries.enumerated() {
      unsafe column(header.entries, as: UInt32.self)[index] = vertex
      unsafe column(header.entryScales, as: Float.self)[index] = scales[Int(vertex)]
      unsafe (column(header.entryCodes, as: UInt8.self) + index * stride).update(
        from: codes + Int(vertex) * stride, count: stride)
    }
    return fillRows(rows: rows, order: order, links: links, kernels: kernels, isStopped: isStopped)
  }

  private func fillRows(
    rows: VectorRows, order: [UInt32], links: GraphLinks, kernels: GraphKernels,
    isStopped: () -> Bool
  ) -> Bool {
    let rotation = VectorRotation(dimension: rows.dimension)
    let width = rotation.width
    let rowBytes = GraphLayout.rowByteCount(rows.dimension)
    let floatStride = VectorLayout.floatStride(rows.dimension)
    let target = unsafe column(header.rows, as: UInt8.self)
    let rotated = AlignedMemory(byteCount: 12 * width)
    let centre = unsafe rotated.base.assumingMemoryBound(to: Float.self)
    let other = unsafe centre + width
    let spare = unsafe other + width
    func rotate(_ vertex: UInt32, _ to: UnsafeMutablePointer<Float>) {
      unsafe to.initialize(repeating: 0, count: width)
      unsafe to.update(
        from: rows.vectors + Int(order[Int(vertex)]) * floatStride, count: rows.dimension)
      unsafe rotation.apply(to, spare: spare, kernels: kernels.vectors)
    }
    for vertex in 0..<order.count {
      if vertex % 1_024 == 0, isStopped() { return false }
      let row = unsafe target + vertex * rowBytes
      let ids = unsafe UnsafeMutableRawPointer(row + 4 * width + 128).assumingMemoryBound(
        to: UInt32.self)
      unsafe rotate(UInt32(vertex), centre)
      for place in 0..<GraphLayout.degree {
        let neighbour = links.neighbours[vertex * GraphLayout.degree + place]
        unsafe ids[place] = neighbour
        if neighbour == GraphLinks.none { continue }
        unsafe rotate(neighbour, other)
        unsafe kernels.table.encode(centre, other, width, place, row)
      }
    }
    return true
  }

  /// Writes header and checksums.
  func seal(efforts: [GraphEffort]) {
    header.efforts = efforts
    let sums = unsafe column(header.checksums, as: UInt32.self)
    for block in 0..<header.blockCount {
      unsafe sums[block] = GraphHeader.blockChecksum(memory, header, block)
    }
    header.tableChecksum = memory.withBytes(header.checksums, 4 * header.blockCount) {
      CRC32C.checksum($0)
    }
    for (index, byte) in header.encoded().enumerated() {
      unsafe memory.base.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }
  }
}

extension GraphHeader {
  /// The CRC of a block, from the first section on.
  static func blockChecksum(_ memory: AlignedMemory, _ header: GraphHeader, _ block: Int) -> UInt32
  {
    let first = byteCount + block * blockByteCount
    return memory.withBytes(first, min(blockByteCount, header.checksums - first)) {
      CRC32C.checksum($0)
    }
  }
}
