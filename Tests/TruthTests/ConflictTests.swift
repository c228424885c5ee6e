import Platform
import Testing
import Truth

/// What becomes of rows whose entry exists already, alive or deleted.
@Suite struct ConflictTests {
  @Test func `skip and fail leave what exists, and take what is new`() throws {
    let fixture = try StoreFixture()
    _ = try fixture.upsert([EntryDraft(externalID: "a", content: "old")])
    let drafts = [
      EntryDraft(externalID: "a", content: "new"), EntryDraft(externalID: "b", content: "b"),
    ]
    let skipped = try fixture.upsert(drafts, .skip)
    guard case .skipped = skipped.outcomes[0], case .inserted(let b) = skipped.outcomes[1] else {
      Issue.record("\(skipped)")
      return
    }
    let failed = try fixture.upsert(
      drafts + [EntryDraft(externalID: "c", content: "c")], .fail)
    #expect(
      failed.outcomes[0]
        == .rejected(field: "external_id", reason: "an entry with it exists already"))
    guard case .inserted = failed.outcomes[2] else {
      Issue.record("\(failed)")
      return
    }
    let rows = try fixture.store.get(
      ids: [b], externalIDs: ["a"], business: fixture.business, collection: "knowledge")
    #expect(rows.map(\.content) == ["b", "old"])
  }

  @Test func `deletes are hard or soft, and an upsert revives`() throws {
    let fixture = try StoreFixture()
    let drafts = ["a", "b", "c"].map { EntryDraft(externalID: $0, content: $0) }
    let ids = try fixture.upsert(drafts).outcomes.map { $0.entryID! }
    let hard = try fixture.store.delete(
      ids: [ids[0], .random()], externalIDs: ["nope", "a\u{0}"], business: fixture.business,
      collection: "knowledge")
    #expect(hard.deletedCount == 1 && hard.missingCount == 3 && hard.transactionID != nil)
    let soft = try fixture.store.delete(
      externalIDs: ["b"], business: fixture.business, collection: "knowledge", soft: true)
    #expect(soft.deletedCount == 1)
    let again = try fixture.store.delete(
      externalIDs: ["b"], business: fixture.business, collection: "knowledge", soft: true)
    #expect(again.deletedCount == 0 && again.transactionID == nil)
    #expect(try fixture.store.count(business: fixture.business, collection: "knowledge") == 1)
    #expect(
      try fixture.store.get(ids: ids, business: fixture.business, collection: "knowledge").count
        == 1)
    // What was deleted softly exists: only an update brings it back.
    let skipped = try fixture.upsert([drafts[1], EntryDraft(externalID: "d", content: "d")], .skip)
    #expect(skipped.outcomes[0] == .skipped(ids[1], isDeleted: true))
    guard case .inserted = skipped.outcomes[1] else {
      Issue.record("\(skipped)")
      return
    }
    guard
      case .rejected("external_id", let reason) = try fixture.upsert([drafts[1]], .fail).outcomes[0]
    else {
      Issue.record("a deleted entry came back")
      return
    }
    #expect(reason.contains("deleted"))
    #expect(try fixture.upsert([drafts[2]], .skip).outcomes == [.skipped(ids[2], isDeleted: false)])
    var byID = drafts[1]
    byID.externalID = nil
    byID.entryID = ids[1]
    #expect(try fixture.upsert([byID], .skip).outcomes == [.skipped(ids[1], isDeleted: true)])
    #expect(try fixture.store.count(business: fixture.business, collection: "knowledge") == 2)
    #expect(try fixture.upsert([drafts[1]]).outcomes == [.updated(ids[1])])
    #expect(try fixture.upsert([drafts[0]]).outcomes == [.inserted(ids[0])])
    #expect(try fixture.store.count(business: fixture.business, collection: "knowledge") == 4)
  }
}
