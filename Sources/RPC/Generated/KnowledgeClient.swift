// Generated from proto-lite/knowledge.proto by protoc-gen-protolite; proto-lite/WIRE.md says how.
// swift-format-ignore-file

extension RPCClient {
  /// Method `Ping` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func ping(
    _ request: PingRequest = PingRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> PingReply {
    try call(.ping, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Describe` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func describe(
    _ request: DescribeRequest = DescribeRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> DescribeReply {
    try call(.describe, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Health` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func health(
    _ request: HealthRequest = HealthRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> HealthReply {
    try call(.health, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Stats` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func stats(
    _ request: StatsRequest = StatsRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> StatsReply {
    try call(.stats, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Collections` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func collections(
    _ request: CollectionsRequest = CollectionsRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> CollectionsReply {
    try call(.collections, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Search` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func search(
    _ request: SearchRequest = SearchRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> SearchReply {
    try call(.search, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `SearchBatch` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func searchBatch(
    _ request: SearchBatchRequest = SearchBatchRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> SearchBatchReply {
    try call(.searchBatch, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Hybrid` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func hybrid(
    _ request: HybridRequest = HybridRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> HybridReply {
    try call(.hybrid, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Get` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func get(
    _ request: GetRequest = GetRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> GetReply {
    try call(.get, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Match` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func match(
    _ request: MatchRequest = MatchRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> MatchReply {
    try call(.match, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Spell` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func spell(
    _ request: SpellRequest = SpellRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> SpellReply {
    try call(.spell, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `SpellFeedback` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func spellFeedback(
    _ request: SpellFeedbackRequest = SpellFeedbackRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> SpellFeedbackReply {
    try call(.spellFeedback, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Upsert` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func upsert(
    _ request: UpsertRequest = UpsertRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> UpsertReply {
    try call(.upsert, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Delete` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func delete(
    _ request: DeleteRequest = DeleteRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> DeleteReply {
    try call(.delete, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Verify` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func verify(
    _ request: VerifyRequest = VerifyRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> VerifyReply {
    try call(.verify, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Rebuild` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func rebuild(
    _ request: RebuildRequest = RebuildRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> RebuildReply {
    try call(.rebuild, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `Snapshot` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func snapshot(
    _ request: SnapshotRequest = SnapshotRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> SnapshotReply {
    try call(.snapshot, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `ChangeModel` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func changeModel(
    _ request: ChangeModelRequest = ChangeModelRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> ChangeModelReply {
    try call(.changeModel, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `BusinessCreate` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func businessCreate(
    _ request: BusinessCreateRequest = BusinessCreateRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> BusinessCreateReply {
    try call(.businessCreate, request, deadlineMilliseconds: deadlineMilliseconds)
  }

  /// Method `BusinessList` of the schema.
  ///
  /// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.
  public func businessList(
    _ request: BusinessListRequest = BusinessListRequest(), deadlineMilliseconds: Int? = nil
  ) throws(RPCError) -> BusinessListReply {
    try call(.businessList, request, deadlineMilliseconds: deadlineMilliseconds)
  }

}
