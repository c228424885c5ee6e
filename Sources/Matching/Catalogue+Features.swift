/// What training and benchmarks look at.
extension Catalogue {
  /// The features of the names that would be scored, in no order; for training the model.
  package func features(
    _ query: String, accepts: ((ID) -> Bool)? = nil, semantic: ((ID) -> Float?)? = nil
  ) throws(MatchError) -> [(id: ID, features: [Float])] {
    guard query.utf8.count <= MatchLimits.queryByteCount else {
      throw .queryTooLong(byteCount: query.utf8.count, limit: MatchLimits.queryByteCount)
    }
    var scratch = MatchScratch.take()
    defer { MatchScratch.give(scratch) }
    index.search(
      query, &scratch, accepts: accepts.map { accepts in { accepts(owners[Int($0)]) } },
      semantic: semantic.map { semantic in { semantic(owners[Int($0)]) } })
    return scratch.found.map { found in
      (owners[Int(found.slot)], (0..<Features.count).map { found.features[$0] })
    }
  }
}

/// Facts about this target.
public enum Matching {
  /// The instruction set in use: avx512, avx2 or portable.
  public static var kernels: String { TextKernels.current.level.rawValue }
}
