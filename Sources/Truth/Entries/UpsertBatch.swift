import Platform
import Postgres

/// One call's rows on their way: checked, identified, and matched with what the database says.
struct UpsertBatch {
  let business: UUID
  let collection: String
  private let drafts: [EntryDraft]
  /// Places in the batch of the rows that go to the database.
  private(set) var staged: [Int] = []
  private var identifiers: [UUID]
  private var results: [EntryStore.Outcome?]
  /// Entry ids that the database wrote, and whether they were new.
  private var written: [UUID: Bool] = [:]

  init(_ drafts: [EntryDraft], business: UUID, collection: String) {
    self.drafts = drafts
    self.business = business
    self.collection = collection
    identifiers = [UUID](repeating: .zero, count: drafts.count)
    results = [EntryStore.Outcome?](repeating: nil, count: drafts.count)
    var lastOfID: [UUID: Int] = [:]
    lastOfID.reserveCapacity(drafts.count)
    for (index, draft) in drafts.enumerated() {
      if let violation = draft.violation(in: collection) {
        results[index] = .rejected(field: violation.field, reason: violation.reason)
        continue
      }
      // Two rows are one entry where their external ids agree, or else their ids.
      let derived = draft.derivedID(business: business, collection: collection)
      let identity = draft.externalID == nil ? draft.entryID ?? derived : derived
      identifiers[index] = draft.entryID ?? derived
      if let earlier = lastOfID.updateValue(index, forKey: identity) {
        results[earlier] = .superseded(by: index)
      }
    }
    rejectSharedIdentifiers()
    staged = results.indices.filter { results[$0] == nil }
  }

  /// Rows with different external ids cannot have one entry id; the first keeps it.
  private mutating func rejectSharedIdentifiers() {
    guard drafts.contains(where: { $0.entryID != nil }) else { return }
    var seen: Set<UUID> = []
    for index in results.indices where results[index] == nil {
      if !seen.insert(identifiers[index]).inserted {
        results[index] = .rejected(
          field: "id", reason: "another row of the batch has the same id and another external id")
      }
    }
  }

  /// Writes the staged rows in the order of `stagingCopy`.
  func write(to writer: inout PostgresCopyWriter) throws(PostgresError) {
    for index in staged {
      let draft = drafts[index]
      try writer.beginRow(fieldCount: 14)
      writer.fields.append(Int32(index))
      writer.fields.append(identifiers[index])
      writer.fields.append(draft.entryID != nil)
      writer.fields.append(draft.externalID)
      writer.fields.append(draft.entryType)
      writer.fields.append(draft.title)
      writer.fields.append(draft.content)
      writer.fields.append(jsonb: draft.metadata.isEmpty ? "{}" : draft.metadata)
      writer.fields.append(draft.keywords)
      writer.fields.append(draft.tags)
      writer.fields.append(draft.category)
      writer.fields.append(draft.priority)
      writer.fields.append(draft.language)
      writer.fields.append(draft.isActive)
    }
  }

  mutating func noteWritten(_ id: UUID, isNew: Bool) { written[id] = isNew }

  /// Whether the database wrote anything.
  var hasWritten: Bool { !written.isEmpty }

  /// Places of the rows whose own id the database did not report, ascending.
  var unresolved: [Int] { staged.filter { written[identifiers[$0]] == nil } }

  mutating func noteExisting(
    ordinal: Int, _ id: UUID, isSame: Bool, isDeleted: Bool, _ onConflict: EntryStore.OnConflict
  ) {
    guard results.indices.contains(ordinal), results[ordinal] == nil else { return }
    if let isNew = written[id] {
      results[ordinal] = isNew ? .inserted(id) : .updated(id)
    } else if !isSame {
      results[ordinal] = .rejected(
        field: "id", reason: "belongs to another entry, with another external id or collection")
    } else {
      switch onConflict {
      case .update: results[ordinal] = .unchanged(id)
      case .skip: results[ordinal] = .skipped(id, isDeleted: isDeleted)
      case .fail:
        let field = drafts[ordinal].externalID == nil ? "content" : "external_id"
        results[ordinal] = .rejected(
          field: field,
          reason: isDeleted
            ? "an entry with it was deleted; only an update brings it back"
            : "an entry with it exists already")
      }
    }
  }

  /// One for each row; a row that nothing was heard of is one that was written under its own id.
  func outcomes() -> [EntryStore.Outcome] {
    results.indices.map { index in
      if let result = results[index] { return result }
      let id = identifiers[index]
      switch written[id] {
      case true: return .inserted(id)
      case false: return .updated(id)
      default: return .rejected(field: "id", reason: "was changed by somebody else; try again")
      }
    }
  }
}
