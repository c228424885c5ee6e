// Generated from proto-lite/knowledge.proto by protoc-gen-protolite; proto-lite/WIRE.md says how.
// swift-format-ignore-file

/// What a request frame can ask for; the number stands in the frame's method field.
public struct Method: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `METHOD_UNSPECIFIED`.
  public static let unspecified = Method(rawValue: 0)
  /// `METHOD_PING`.
  public static let ping = Method(rawValue: 1)
  /// `METHOD_DESCRIBE`.
  public static let describe = Method(rawValue: 2)
  /// `METHOD_HEALTH`.
  public static let health = Method(rawValue: 3)
  /// `METHOD_STATS`.
  public static let stats = Method(rawValue: 4)
  /// `METHOD_COLLECTIONS`.
  public static let collections = Method(rawValue: 5)
  /// `METHOD_SEARCH`.
  public static let search = Method(rawValue: 16)
  /// `METHOD_SEARCH_BATCH`.
  public static let searchBatch = Method(rawValue: 17)
  /// `METHOD_GET`.
  public static let get = Method(rawValue: 18)
  /// `METHOD_HYBRID`.
  public static let hybrid = Method(rawValue: 19)
  /// `METHOD_MATCH`.
  public static let match = Method(rawValue: 20)
  /// `METHOD_SPELL`.
  public static let spell = Method(rawValue: 21)
  /// `METHOD_UPSERT`.
  public static let upsert = Method(rawValue: 32)
  /// `METHOD_DELETE`.
  public static let delete = Method(rawValue: 33)
  /// `METHOD_BULK_IMPORT`.
  public static let bulkImport = Method(rawValue: 34)
  /// `METHOD_EXPORT`.
  public static let export = Method(rawValue: 35)
  /// `METHOD_SPELL_FEEDBACK`.
  public static let spellFeedback = Method(rawValue: 36)
  /// `METHOD_VERIFY`.
  public static let verify = Method(rawValue: 48)
  /// `METHOD_REBUILD`.
  public static let rebuild = Method(rawValue: 49)
  /// `METHOD_CHANGE_MODEL`.
  public static let changeModel = Method(rawValue: 50)
  /// `METHOD_SNAPSHOT`.
  public static let snapshot = Method(rawValue: 51)
  /// `METHOD_BUSINESS_CREATE`.
  public static let businessCreate = Method(rawValue: 64)
  /// `METHOD_BUSINESS_LIST`.
  public static let businessList = Method(rawValue: 65)

  /// Every value that the schema names, in its order.
  public static let allKnown: [Method] = [
    .unspecified,
    .ping,
    .describe,
    .health,
    .stats,
    .collections,
    .search,
    .searchBatch,
    .get,
    .hybrid,
    .match,
    .spell,
    .upsert,
    .delete,
    .bulkImport,
    .export,
    .spellFeedback,
    .verify,
    .rebuild,
    .changeModel,
    .snapshot,
    .businessCreate,
    .businessList,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "ping"
    case 2: "describe"
    case 3: "health"
    case 4: "stats"
    case 5: "collections"
    case 16: "search"
    case 17: "search_batch"
    case 18: "get"
    case 19: "hybrid"
    case 20: "match"
    case 21: "spell"
    case 32: "upsert"
    case 33: "delete"
    case 34: "bulk_import"
    case 35: "export"
    case 36: "spell_feedback"
    case 48: "verify"
    case 49: "rebuild"
    case 50: "change_model"
    case 51: "snapshot"
    case 64: "business_create"
    case 65: "business_list"
    default: "\(rawValue)"
    }
  }
}

/// Why a request or a connection was refused.
public struct ErrorCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `ERROR_CODE_UNSPECIFIED`.
  public static let unspecified = ErrorCode(rawValue: 0)
  /// A field has a value that the method does not take.
  public static let invalidArgument = ErrorCode(rawValue: 1)
  /// The hello carried no credentials that the server knows.
  public static let unauthenticated = ErrorCode(rawValue: 2)
  /// The connection may not use this method.
  public static let permissionDenied = ErrorCode(rawValue: 3)
  /// The collection, entry or business does not exist, or is not the caller's.
  public static let notFound = ErrorCode(rawValue: 4)
  /// What was to be created exists.
  public static let alreadyExists = ErrorCode(rawValue: 5)
  /// A limit was reached; the details name it.
  public static let resourceExhausted = ErrorCode(rawValue: 6)
  /// The request's deadline passed before it was done.
  public static let deadlineExceeded = ErrorCode(rawValue: 7)
  /// The client cancelled the request.
  public static let cancelled = ErrorCode(rawValue: 8)
  /// The server does not know the method.
  public static let unimplemented = ErrorCode(rawValue: 9)
  /// The server cannot do it now; asking again later may succeed.
  public static let unavailable = ErrorCode(rawValue: 10)
  /// A fault in the server.
  public static let `internal` = ErrorCode(rawValue: 11)
  /// No frame version is spoken by both sides.
  public static let versionMismatch = ErrorCode(rawValue: 12)
  /// A frame is longer than its limit.
  public static let frameTooLarge = ErrorCode(rawValue: 13)
  /// Bytes that are not a frame, or a frame that may not come now; the connection ends.
  public static let protocolViolation = ErrorCode(rawValue: 14)
  /// A message that cannot be decoded.
  public static let malformedMessage = ErrorCode(rawValue: 15)
  /// The position that was asked for was not reached in time.
  public static let stale = ErrorCode(rawValue: 16)
  /// A vector's dimension is not the collection's.
  public static let dimensionMismatch = ErrorCode(rawValue: 17)
  /// A file is damaged; `knowledge verify` names it.
  public static let dataDamaged = ErrorCode(rawValue: 18)
  /// The server is stopping; connect again.
  public static let shuttingDown = ErrorCode(rawValue: 19)
  /// The client was silent for too long, or too slow.
  public static let timedOut = ErrorCode(rawValue: 20)

  /// Every value that the schema names, in its order.
  public static let allKnown: [ErrorCode] = [
    .unspecified,
    .invalidArgument,
    .unauthenticated,
    .permissionDenied,
    .notFound,
    .alreadyExists,
    .resourceExhausted,
    .deadlineExceeded,
    .cancelled,
    .unimplemented,
    .unavailable,
    .`internal`,
    .versionMismatch,
    .frameTooLarge,
    .protocolViolation,
    .malformedMessage,
    .stale,
    .dimensionMismatch,
    .dataDamaged,
    .shuttingDown,
    .timedOut,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "invalid_argument"
    case 2: "unauthenticated"
    case 3: "permission_denied"
    case 4: "not_found"
    case 5: "already_exists"
    case 6: "resource_exhausted"
    case 7: "deadline_exceeded"
    case 8: "cancelled"
    case 9: "unimplemented"
    case 10: "unavailable"
    case 11: "internal"
    case 12: "version_mismatch"
    case 13: "frame_too_large"
    case 14: "protocol_violation"
    case 15: "malformed_message"
    case 16: "stale"
    case 17: "dimension_mismatch"
    case 18: "data_damaged"
    case 19: "shutting_down"
    case 20: "timed_out"
    default: "\(rawValue)"
    }
  }
}

/// By what entries are found.
public struct HybridMode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Words and meaning.
  public static let both = HybridMode(rawValue: 0)
  /// Words alone: nothing is embedded.
  public static let text = HybridMode(rawValue: 1)

  /// Every value that the schema names, in its order.
  public static let allKnown: [HybridMode] = [
    .both,
    .text,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "both"
    case 1: "text"
    default: "\(rawValue)"
    }
  }
}

/// How the two parts of a score become one.
public struct HybridFusion: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// By relevance: calibrated scores, with weights that were learned.
  public static let relevance = HybridFusion(rawValue: 0)
  /// The weighted mean of text_share and vector_share.
  public static let scores = HybridFusion(rawValue: 1)
  /// Reciprocal ranks: the sum of 1 / (60 + rank) over both lists.
  public static let ranks = HybridFusion(rawValue: 2)

  /// Every value that the schema names, in its order.
  public static let allKnown: [HybridFusion] = [
    .relevance,
    .scores,
    .ranks,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "relevance"
    case 1: "scores"
    case 2: "ranks"
    default: "\(rawValue)"
    }
  }
}

/// Enum `MatchEditKind` of the schema.
public struct MatchEditKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `MATCH_EDIT_KIND_UNSPECIFIED`.
  public static let unspecified = MatchEditKind(rawValue: 0)
  /// The word is in both.
  public static let keep = MatchEditKind(rawValue: 1)
  /// The word is spelled otherwise.
  public static let replace = MatchEditKind(rawValue: 2)
  /// Only the name has it.
  public static let insert = MatchEditKind(rawValue: 3)
  /// Only the query has it.
  public static let delete = MatchEditKind(rawValue: 4)

  /// Every value that the schema names, in its order.
  public static let allKnown: [MatchEditKind] = [
    .unspecified,
    .keep,
    .replace,
    .insert,
    .delete,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "keep"
    case 2: "replace"
    case 3: "insert"
    case 4: "delete"
    default: "\(rawValue)"
    }
  }
}

/// What a word is, which says how it may be misspelled.
public struct WordClass: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `WORD_CLASS_UNSPECIFIED`.
  public static let unspecified = WordClass(rawValue: 0)
  /// Letters; may have typing errors.
  public static let word = WordClass(rawValue: 1)
  /// Digits; never edited.
  public static let number = WordClass(rawValue: 2)
  /// A unit without a number.
  public static let unit = WordClass(rawValue: 3)
  /// Letters and digits; never edited.
  public static let code = WordClass(rawValue: 4)
  /// A number with its unit, compared as a quantity.
  public static let size = WordClass(rawValue: 5)

  /// Every value that the schema names, in its order.
  public static let allKnown: [WordClass] = [
    .unspecified,
    .word,
    .number,
    .unit,
    .code,
    .size,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "word"
    case 2: "number"
    case 3: "unit"
    case 4: "code"
    case 5: "size"
    default: "\(rawValue)"
    }
  }
}

/// Enum `MatchVerdict` of the schema.
public struct MatchVerdict: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `MATCH_VERDICT_UNSPECIFIED`.
  public static let unspecified = MatchVerdict(rawValue: 0)
  /// The first candidate is meant.
  public static let match = MatchVerdict(rawValue: 1)
  /// The customer has to say which: see the question.
  public static let ambiguous = MatchVerdict(rawValue: 2)
  /// Nothing like it.
  public static let none = MatchVerdict(rawValue: 3)

  /// Every value that the schema names, in its order.
  public static let allKnown: [MatchVerdict] = [
    .unspecified,
    .match,
    .ambiguous,
    .none,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "match"
    case 2: "ambiguous"
    case 3: "none"
    default: "\(rawValue)"
    }
  }
}

/// Enum `MatchReason` of the schema.
public struct MatchReason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `MATCH_REASON_UNSPECIFIED`.
  public static let unspecified = MatchReason(rawValue: 0)
  /// The code that was asked for is not there; the options are near it.
  public static let code = MatchReason(rawValue: 1)
  /// Several fit alike.
  public static let similar = MatchReason(rawValue: 2)
  /// The best is not sure enough.
  public static let unsure = MatchReason(rawValue: 3)

  /// Every value that the schema names, in its order.
  public static let allKnown: [MatchReason] = [
    .unspecified,
    .code,
    .similar,
    .unsure,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "code"
    case 2: "similar"
    case 3: "unsure"
    default: "\(rawValue)"
    }
  }
}

/// Enum `SpellingKind` of the schema.
public struct SpellingKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `SPELLING_KIND_UNSPECIFIED`.
  public static let unspecified = SpellingKind(rawValue: 0)
  /// One word becomes another.
  public static let respelled = SpellingKind(rawValue: 1)
  /// One word becomes two.
  public static let split = SpellingKind(rawValue: 2)
  /// Two words become one.
  public static let joined = SpellingKind(rawValue: 3)

  /// Every value that the schema names, in its order.
  public static let allKnown: [SpellingKind] = [
    .unspecified,
    .respelled,
    .split,
    .joined,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "respelled"
    case 2: "split"
    case 3: "joined"
    default: "\(rawValue)"
    }
  }
}

/// Enum `SpellingOutcome` of the schema.
public struct SpellingOutcome: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `SPELLING_OUTCOME_UNSPECIFIED`.
  public static let unspecified = SpellingOutcome(rawValue: 0)
  /// The correction was right.
  public static let accepted = SpellingOutcome(rawValue: 1)
  /// The original was right.
  public static let rejected = SpellingOutcome(rawValue: 2)
  /// Something else was right.
  public static let changed = SpellingOutcome(rawValue: 3)

  /// Every value that the schema names, in its order.
  public static let allKnown: [SpellingOutcome] = [
    .unspecified,
    .accepted,
    .rejected,
    .changed,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "accepted"
    case 2: "rejected"
    case 3: "changed"
    default: "\(rawValue)"
    }
  }
}

/// What to do with a row whose external id or content exists.
public struct OnConflict: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The same as UPDATE.
  public static let unspecified = OnConflict(rawValue: 0)
  /// `ON_CONFLICT_UPDATE`.
  public static let update = OnConflict(rawValue: 1)
  /// `ON_CONFLICT_SKIP`.
  public static let skip = OnConflict(rawValue: 2)
  /// `ON_CONFLICT_FAIL`.
  public static let fail = OnConflict(rawValue: 3)

  /// Every value that the schema names, in its order.
  public static let allKnown: [OnConflict] = [
    .unspecified,
    .update,
    .skip,
    .fail,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "update"
    case 2: "skip"
    case 3: "fail"
    default: "\(rawValue)"
    }
  }
}

/// Enum `OutcomeKind` of the schema.
public struct OutcomeKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `OUTCOME_KIND_UNSPECIFIED`.
  public static let unspecified = OutcomeKind(rawValue: 0)
  /// `OUTCOME_KIND_INSERTED`.
  public static let inserted = OutcomeKind(rawValue: 1)
  /// `OUTCOME_KIND_UPDATED`.
  public static let updated = OutcomeKind(rawValue: 2)
  /// `OUTCOME_KIND_UNCHANGED`.
  public static let unchanged = OutcomeKind(rawValue: 3)
  /// `OUTCOME_KIND_SKIPPED`.
  public static let skipped = OutcomeKind(rawValue: 4)
  /// `OUTCOME_KIND_REJECTED`.
  public static let rejected = OutcomeKind(rawValue: 5)

  /// Every value that the schema names, in its order.
  public static let allKnown: [OutcomeKind] = [
    .unspecified,
    .inserted,
    .updated,
    .unchanged,
    .skipped,
    .rejected,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "inserted"
    case 2: "updated"
    case 3: "unchanged"
    case 4: "skipped"
    case 5: "rejected"
    default: "\(rawValue)"
    }
  }
}

/// What keeps the files from following the database.
public struct TroubleCause: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `TROUBLE_CAUSE_UNSPECIFIED`.
  public static let unspecified = TroubleCause(rawValue: 0)
  /// The database cannot be read.
  public static let database = TroubleCause(rawValue: 1)
  /// The files cannot be read or written.
  public static let files = TroubleCause(rawValue: 2)
  /// The model does not embed.
  public static let model = TroubleCause(rawValue: 3)

  /// Every value that the schema names, in its order.
  public static let allKnown: [TroubleCause] = [
    .unspecified,
    .database,
    .files,
    .model,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "database"
    case 2: "files"
    case 3: "model"
    default: "\(rawValue)"
    }
  }
}

/// How an entry of the files is not what the truth says.
public struct DifferenceKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `DIFFERENCE_KIND_UNSPECIFIED`.
  public static let unspecified = DifferenceKind(rawValue: 0)
  /// The truth has it, the files do not.
  public static let missing = DifferenceKind(rawValue: 1)
  /// The files have it, the truth does not.
  public static let extra = DifferenceKind(rawValue: 2)
  /// Both have it, in different states.
  public static let different = DifferenceKind(rawValue: 3)

  /// Every value that the schema names, in its order.
  public static let allKnown: [DifferenceKind] = [
    .unspecified,
    .missing,
    .extra,
    .different,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "missing"
    case 2: "extra"
    case 3: "different"
    default: "\(rawValue)"
    }
  }
}

/// Enum `HealthStatus` of the schema.
public struct HealthStatus: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire; newer peers may send unknown ones.
  public var rawValue: Int32

  /// The value with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `HEALTH_STATUS_UNSPECIFIED`.
  public static let unspecified = HealthStatus(rawValue: 0)
  /// `HEALTH_STATUS_OK`.
  public static let ok = HealthStatus(rawValue: 1)
  /// It answers, with something missing; the reasons say what.
  public static let degraded = HealthStatus(rawValue: 2)
  /// `HEALTH_STATUS_FAILING`.
  public static let failing = HealthStatus(rawValue: 3)

  /// Every value that the schema names, in its order.
  public static let allKnown: [HealthStatus] = [
    .unspecified,
    .ok,
    .degraded,
    .failing,
  ]

  /// The schema's name in lower case, or the number.
  public var description: String {
    switch rawValue {
    case 0: "unspecified"
    case 1: "ok"
    case 2: "degraded"
    case 3: "failing"
    default: "\(rawValue)"
    }
  }
}

extension Method {
  /// Whether the client sends items after the request.
  public var acceptsItems: Bool { [.bulkImport].contains(self) }

  /// Whether the server answers with items and an end.
  public var returnsItems: Bool { [.bulkImport, .export].contains(self) }
}
