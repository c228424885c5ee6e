import Platform
import Synchronization

/// Where a segment keeps its graph, from when there is one.
final class GraphSlot: Sendable {
  private let graph = Mutex<GraphData?>(nil)

  var value: GraphData? { graph.withLock { $0 } }

  func set(_ value: GraphData?) { graph.withLock { $0 = value } }
}

extension SegmentData {
  /// The graph over the rows, where there is one; nil once the disk could not give a page of it.
  var graph: GraphData? {
    guard let graph = graphSlot.value else { return nil }
    if MappedFile.wasAnyLost, graph.isLost {
      graphSlot.set(nil)
      return nil
    }
    return graph
  }

  /// Takes a graph of these rows.
  func adopt(_ graph: GraphData) {
    precondition(
      graph.count == rowCount && graph.header.dimension == columns.dimension,
      "a graph of other rows")
    graphSlot.set(graph)
  }
}
