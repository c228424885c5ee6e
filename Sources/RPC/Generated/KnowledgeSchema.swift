// Generated from proto-lite/knowledge.proto by protoc-gen-protolite; proto-lite/WIRE.md says how.
// swift-format-ignore-file

/// The schema's own text, as method Describe returns it.
public let knowledgeSchemaText = ##"""
// The messages of the knowledge service. Frames, streams and limits: WIRE.md, beside this file.
//
// Numbers of methods, fields and enum values never change and are never used again. A reader
// skips fields it does not know; an unset field is its zero, unless it is marked optional.
// Times are microseconds since 1970-01-01 UTC. Identities are UUIDs, 16 bytes, big-endian.
syntax = "proto3";

package knowledge.v1;

// What a request frame can ask for; the number stands in the frame's method field.
enum Method {
  METHOD_UNSPECIFIED = 0;
  METHOD_PING = 1;
  METHOD_DESCRIBE = 2;
  METHOD_HEALTH = 3;
  METHOD_STATS = 4;
  METHOD_COLLECTIONS = 5;
  METHOD_SEARCH = 16;
  METHOD_SEARCH_BATCH = 17;
  METHOD_GET = 18;
  METHOD_HYBRID = 19;
  METHOD_MATCH = 20;
  METHOD_SPELL = 21;
  METHOD_UPSERT = 32;
  METHOD_DELETE = 33;
  METHOD_BULK_IMPORT = 34;
  METHOD_EXPORT = 35;
  METHOD_SPELL_FEEDBACK = 36;
  METHOD_VERIFY = 48;
  METHOD_REBUILD = 49;
  METHOD_CHANGE_MODEL = 50;
  METHOD_SNAPSHOT = 51;
  METHOD_BUSINESS_CREATE = 64;
  METHOD_BUSINESS_LIST = 65;
}

// The methods with the messages that each one takes and gives.
service Knowledge {
  rpc Ping(PingRequest) returns (PingReply);
  rpc Describe(DescribeRequest) returns (DescribeReply);
  rpc Health(HealthRequest) returns (HealthReply);
  rpc Stats(StatsRequest) returns (StatsReply);
  rpc Collections(CollectionsRequest) returns (CollectionsReply);
  rpc Search(SearchRequest) returns (SearchReply);
  rpc SearchBatch(SearchBatchRequest) returns (SearchBatchReply);
  rpc Hybrid(HybridRequest) returns (HybridReply);
  rpc Get(GetRequest) returns (GetReply);
  rpc Match(MatchRequest) returns (MatchReply);
  rpc Spell(SpellRequest) returns (SpellReply);
  rpc SpellFeedback(SpellFeedbackRequest) returns (SpellFeedbackReply);
  rpc Upsert(UpsertRequest) returns (UpsertReply);
  rpc Delete(DeleteRequest) returns (DeleteReply);
  // The request message is ImportRequest, each item an ImportBatch; the answer to each item is an
  // ImportAck item, and the end carries an ImportSummary.
  rpc BulkImport(stream ImportBatch) returns (stream ImportAck);
  // Each item is an ExportItem; the end carries an ExportSummary.
  rpc Export(ExportRequest) returns (stream ExportItem);
  rpc Verify(VerifyRequest) returns (VerifyReply);
  rpc Rebuild(RebuildRequest) returns (RebuildReply);
  rpc Snapshot(SnapshotRequest) returns (SnapshotReply);
  rpc ChangeModel(ChangeModelRequest) returns (ChangeModelReply);
  rpc BusinessCreate(BusinessCreateRequest) returns (BusinessCreateReply);
  rpc BusinessList(BusinessListRequest) returns (BusinessListReply);
}

// ---------------------------------------------------------------- connection

// The first message on a connection, from the client.
message HelloRequest {
  // The four bytes "KNW1".
  bytes magic = 1;
  // Lowest frame version that the client speaks.
  uint32 version_lowest = 2;
  // Highest frame version that the client speaks.
  uint32 version_highest = 3;
  // Empty where the peer is trusted by its user id on a Unix socket.
  string api_key = 4;
  // Name or UUID of the business that an operator works for; empty otherwise.
  string business = 5;
  // Free text for the server's log, such as "knowledge-cli 1.0".
  string client = 6;
  // Bytes of items that the server may send on one stream before the client gives credit;
  // 0 means 1 MiB.
  uint32 stream_window = 7;
}

// The first message on a connection, from the server.
message HelloReply {
  // The four bytes "KNW1".
  bytes magic = 1;
  // The frame version that both sides use from now on.
  uint32 version = 2;
  // Free text, such as "knowledge 1.0".
  string server = 3;
  // The business that the connection is bound to for life; empty for an operator without one.
  bytes business_id = 4;
  // True where operator methods are allowed.
  bool is_operator = 5;
  // Bytes of items that the client may send on one stream before the server gives credit.
  uint32 stream_window = 6;
  // Largest message that the server takes in a request frame, in bytes.
  uint32 message_byte_limit = 7;
  // Largest message that the server takes in an item frame, in bytes.
  uint32 item_byte_limit = 8;
  // Requests that may be open on the connection at one time.
  uint32 requests_in_flight = 9;
}

// Why a request or a connection was refused.
enum ErrorCode {
  ERROR_CODE_UNSPECIFIED = 0;
  // A field has a value that the method does not take.
  ERROR_CODE_INVALID_ARGUMENT = 1;
  // The hello carried no credentials that the server knows.
  ERROR_CODE_UNAUTHENTICATED = 2;
  // The connection may not use this method.
  ERROR_CODE_PERMISSION_DENIED = 3;
  // The collection, entry or business does not exist, or is not the caller's.
  ERROR_CODE_NOT_FOUND = 4;
  // What was to be created exists.
  ERROR_CODE_ALREADY_EXISTS = 5;
  // A limit was reached; the details name it.
  ERROR_CODE_RESOURCE_EXHAUSTED = 6;
  // The request's deadline passed before it was done.
  ERROR_CODE_DEADLINE_EXCEEDED = 7;
  // The client cancelled the request.
  ERROR_CODE_CANCELLED = 8;
  // The server does not know the method.
  ERROR_CODE_UNIMPLEMENTED = 9;
  // The server cannot do it now; asking again later may succeed.
  ERROR_CODE_UNAVAILABLE = 10;
  // A fault in the server.
  ERROR_CODE_INTERNAL = 11;
  // No frame version is spoken by both sides.
  ERROR_CODE_VERSION_MISMATCH = 12;
  // A frame is longer than its limit.
  ERROR_CODE_FRAME_TOO_LARGE = 13;
  // Bytes that are not a frame, or a frame that may not come now; the connection ends.
  ERROR_CODE_PROTOCOL_VIOLATION = 14;
  // A message that cannot be decoded.
  ERROR_CODE_MALFORMED_MESSAGE = 15;
  // The position that was asked for was not reached in time.
  ERROR_CODE_STALE = 16;
  // A vector's dimension is not the collection's.
  ERROR_CODE_DIMENSION_MISMATCH = 17;
  // A file is damaged; `knowledge verify` names it.
  ERROR_CODE_DATA_DAMAGED = 18;
  // The server is stopping; connect again.
  ERROR_CODE_SHUTTING_DOWN = 19;
  // The client was silent for too long, or too slow.
  ERROR_CODE_TIMED_OUT = 20;
}

// The message of an error frame.
message ErrorReply {
  ErrorCode code = 1;
  // What happened, for a person.
  string message = 2;
  // What to do next, for a person.
  string remediation = 3;
  // Machine-readable facts, such as limit, actual, field.
  map<string, string> details = 4;
}

// The message of a credit frame: the receiver has taken this many bytes of items.
message Credit {
  uint32 bytes = 1;
}

message PingRequest {
  // Comes back unchanged.
  bytes payload = 1;
}

message PingReply {
  bytes payload = 1;
}

message DescribeRequest {}

message DescribeReply {
  // The text of this file.
  string schema = 1;
  // The server's version.
  string version = 2;
}

// ---------------------------------------------------------------- entries

// One piece of knowledge.
message Entry {
  // UUID, 16 bytes; empty in a request means that the server chooses.
  bytes id = 1;
  // The owner's own identity of the entry, unique in a collection; may be empty.
  string external_id = 2;
  string collection = 3;
  string entry_type = 4;
  string title = 5;
  string content = 6;
  // A JSON object, or empty.
  string metadata_json = 7;
  repeated string keywords = 8;
  repeated string tags = 9;
  string category = 10;
  sint32 priority = 11;
  // BCP 47, such as "en"; may be empty.
  string language = 12;
  // Unset in a request means true.
  optional bool is_active = 13;
  // From a sequence of the database; larger on every change.
  uint64 version = 14;
  int64 created_at = 15;
  int64 updated_at = 16;
  // The embedding, where it was asked for or is given by the caller.
  repeated float vector = 17;
}

// Keeps the entries that meet every condition set here; an empty filter keeps all.
message Filter {
  // Any of these categories; empty means no condition. Likewise below.
  repeated string categories = 1;
  repeated string entry_types = 2;
  // Any of these among the entry's keywords or tags.
  repeated string keywords = 3;
  repeated string languages = 4;
  // Unset keeps both; the server then decides by method (searches keep active entries only).
  optional bool is_active = 5;
  // Bounds are inclusive.
  optional sint32 priority_lowest = 6;
  optional sint32 priority_highest = 7;
  optional int64 created_from = 8;
  optional int64 created_to = 9;
  optional int64 updated_from = 10;
  optional int64 updated_to = 11;
  // Every one of these filters holds.
  repeated Filter all_of = 12;
  // At least one of these filters holds; empty means no condition.
  repeated Filter any_of = 13;
  // None of these filters holds.
  repeated Filter none_of = 14;
  // Every one of these conditions on the metadata holds.
  repeated MetadataCondition metadata = 15;
}

// Keeps the entries whose metadata has a value that fits under a key. Of an array one element that
// fits is enough. What is set here must all hold, of one value or of several.
message MetadataCondition {
  // Names of nested objects joined by dots, such as "size.eu"; a name with a dot in it means the
  // same. At most 4,096 bytes; must not be empty.
  string key = 1;
  // Any of these values; empty means no condition.
  repeated MetadataValue any_of = 2;
  // Bounds of a number: greater than, greater or equal, less than, less or equal. Text is no
  // number.
  optional double gt = 3;
  optional double gte = 4;
  optional double lt = 5;
  optional double lte = 6;
  // True: there is a value other than null, under the key or inside what is there (empty arrays and
  // objects have none). False: there is none.
  optional bool exists = 7;
}

// A JSON value. Values of different kinds are never equal: the text "5" is not the number 5.
message MetadataValue {
  oneof value {
    string text = 1;
    // By the shortest decimal text of the double: 0.1 is 0.1.
    double number = 2;
    // To the last digit; 5 is 5.0.
    int64 integer = 3;
    bool flag = 4;
  }
}

// The state of the truth that an answer reflects.
message Position {
  // Text of a pg_snapshot.
  string snapshot = 1;
  string system_identifier = 2;
  // Counts the feed's steps on this node; larger is later.
  uint64 sequence = 3;
}

// A vector, unit length where the metric is cosine.
message FloatVector {
  repeated float values = 1;
}

// ---------------------------------------------------------------- search

message SearchRequest {
  // Empty means "knowledge".
  string collection = 1;
  oneof query {
    string text = 2;
    FloatVector vector = 3;
  }
  // How many hits, 1 to 1,000; 0 means 10.
  uint32 k = 4;
  Filter filter = 5;
  // True asks for the exact answer whatever it costs.
  bool exact = 6;
  // Share of the true nearest that answers must hold on average; 0 means 0.99, 1 exact.
  double recall_target = 7;
  // The answer must reflect this transaction (UpsertReply.xid); 0 means none.
  uint64 min_xid = 8;
  // How long to wait for min_xid.
  uint32 wait_ms = 9;
  // True leaves title, content and metadata out of the hits.
  bool omit_content = 10;
  // True puts the vector into the hits.
  bool include_vector = 11;
  // The answer must reflect what this position does, of any earlier answer of the same database, to
  // whomever it was given; unset means none. wait_ms is for both.
  Position min_position = 12;
  // True puts into the reply how each part of the collection was searched.
  bool explain = 13;
  // True asks for ids alone: of the hits' entries nothing but the id is read and sent.
  bool ids_only = 14;
}

message Hit {
  Entry entry = 1;
  // Cosine similarity; greater is closer.
  double score = 2;
  // Which chunk of the entry is the nearest, from 0, and its span in bytes of content; 0 and 0
  // where the entry is one chunk. An entry is found once, by the best of its chunks.
  uint32 chunk = 3;
  uint32 span_start = 4;
  uint32 span_end = 5;
}

message SearchReply {
  // Best first; equal scores by entry id.
  repeated Hit hits = 1;
  // True where no row outside the hits can be closer.
  bool exact = 2;
  Position position = 3;
  // How long ago the position was the newest.
  uint64 stale_ms = 4;
  uint64 took_us = 5;
  // Rows whose distance was bounded or computed.
  uint64 rows_considered = 6;
  // True where min_xid or min_position was not reached within wait_ms.
  bool is_stale = 7;
  // True while the collection is being read again from the database, so that rows may be missing;
  // the answer is then not exact.
  bool incomplete = 8;
  // Entries of the business whose vector is still being made, so that no search finds them yet (or
  // finds them by an older text); the answer is not exact while there are any.
  uint64 pending_embeddings = 9;
  // Share of the true nearest that such answers hold on average: 1 where every row was compared,
  // by request or because that was quickest, else the recall target in force.
  double recall_target = 10;
  // Where the request asks for it: the parts of the collection, and how each was searched. In a
  // batch with the first result, for all queries together.
  repeated SearchPart parts = 11;
}

message SearchPart {
  // The segment's number; 0 for rows in memory.
  uint64 segment = 1;
  // "scan", "gather" (both compare all rows that pass the filter) or "signs" (one-bit codes first).
  string way = 2;
  // Why, in a few words.
  string reason = 3;
  // Rows there, and how many of them are live and pass the filter.
  uint64 rows = 4;
  uint64 admitted_rows = 5;
  // Rows whose one-bit codes were looked at, and rows whose eight-bit codes were.
  uint64 sign_rows = 6;
  uint64 code_rows = 7;
}

message SearchBatchRequest {
  string collection = 1;
  // Texts or vectors, not both; at most 256.
  repeated string texts = 2;
  repeated FloatVector vectors = 3;
  uint32 k = 4;
  Filter filter = 5;
  bool exact = 6;
  double recall_target = 7;
  uint64 min_xid = 8;
  uint32 wait_ms = 9;
  bool omit_content = 10;
  Position min_position = 11;
  bool explain = 12;
  bool ids_only = 13;
}

message SearchBatchReply {
  // One for each query, in order; position, staleness and time stand below, once.
  repeated SearchReply results = 1;
  Position position = 2;
  uint64 stale_ms = 3;
  uint64 took_us = 4;
  bool is_stale = 5;
}

// By what entries are found.
enum HybridMode {
  // Words and meaning.
  HYBRID_MODE_BOTH = 0;
  // Words alone: nothing is embedded.
  HYBRID_MODE_TEXT = 1;
}

// How the two parts of a score become one.
enum HybridFusion {
  // By relevance: calibrated scores, with weights that were learned.
  HYBRID_FUSION_RELEVANCE = 0;
  // The weighted mean of text_share and vector_share.
  HYBRID_FUSION_SCORES = 1;
  // Reciprocal ranks: the sum of 1 / (60 + rank) over both lists.
  HYBRID_FUSION_RANKS = 2;
}

// Finds entries by words (BM25F over title, keywords and content) and by the meaning of the text.
// Words are alternatives; "two words" in quotes must stand side by side, begin* is any word that
// begins so. Quotes bind what is found by words, not what is found by meaning.
message HybridRequest {
  // Empty means "knowledge".
  string collection = 1;
  // What to look for; must have a letter or a digit.
  string text = 2;
  // The text's vector, where the caller has it; else the service embeds the text.
  FloatVector vector = 3;
  // How many hits, 1 to 1,000; 0 means 10.
  uint32 k = 4;
  Filter filter = 5;
  HybridMode mode = 6;
  HybridFusion fusion = 7;
  // By whose stems words match, such as "de" or "pt-BR"; English where it is empty or has none.
  string language = 8;
  // How much text_share counts beside vector_share, 0 to 1; unset means 0.4.
  optional double text_weight = 9;
  // As in SearchRequest.
  uint64 min_xid = 10;
  uint32 wait_ms = 11;
  Position min_position = 12;
  bool omit_content = 13;
  double recall_target = 14;
  bool exact = 15;
  // Of questions that nothing in the collection answers, the part that may get an answer all the
  // same: above 0, at most 0.5; unset means 0.05. Less leaves more questions without an answer.
  optional double false_answer_rate = 16;
}

// Where a word of the query stands in an entry.
message Highlight {
  // "title", "keywords", "content" or "external_id".
  string field = 1;
  // Which of the keywords and, after them, of the tags; 0 in other fields.
  uint32 keyword = 2;
  // Bytes of that text, whole characters.
  uint32 start = 3;
  uint32 end = 4;
}

message HybridHit {
  Entry entry = 1;
  // What hits are ordered by: the fused score, or BM25F where words alone are searched.
  double score = 2;
  // BM25F of the words; 0 where the entry has none of them.
  double text_score = 3;
  // Part of the greatest score that any text could have for these words, 0 to 1.
  double text_share = 4;
  // Place among those found by words, from 1; 0 where it is not among the first 200, or k.
  uint32 text_rank = 5;
  // Cosine of the nearest chunk.
  optional double vector_score = 6;
  // The cosine between 0, that of other entries of the collection on average, and 1.
  optional double vector_share = 7;
  // Place among those found by meaning, as text_rank.
  uint32 vector_rank = 8;
  // As in Hit.
  uint32 chunk = 9;
  uint32 span_start = 10;
  uint32 span_end = 11;
  // By field and place.
  repeated Highlight highlights = 12;
  // How likely it is that the entry answers the text, 0 to 1, where every second text has an answer
  // in the collection. Neither k nor the filter nor the order of hits moves it.
  double relevance = 13;
  // Part of the text's words that the entry has, by how rare they are, 0 to 1.
  double text_coverage = 14;
}

message HybridReply {
  // Best first; equal scores by entry id.
  repeated HybridHit hits = 1;
  // As in SearchReply, of the part that goes by meaning; words are always exact.
  bool exact = 2;
  Position position = 3;
  uint64 stale_ms = 4;
  uint64 took_us = 5;
  uint64 rows_considered = 6;
  bool is_stale = 7;
  bool incomplete = 8;
  uint64 pending_embeddings = 9;
  double recall_target = 10;
  // Hits of at least this relevance are good enough for the false_answer_rate of the request.
  double relevance_threshold = 11;
  // True where no hit is good enough, however many are asked for: better to answer nothing.
  bool nothing_relevant = 12;
}

message GetRequest {
  string collection = 1;
  // Each id once, here and below.
  repeated bytes ids = 2;
  repeated string external_ids = 3;
  bool include_vector = 4;
  // Where one of these is not reached within wait_ms, the answer is the error STALE.
  uint64 min_xid = 5;
  uint32 wait_ms = 6;
  Position min_position = 7;
}

message GetReply {
  // Those that exist, in the order of the request.
  repeated Entry entries = 1;
  // Unset where the entries come from the database itself, because files are being made again.
  Position position = 2;
}

// ---------------------------------------------------------------- words

// Asks which products or services a customer's words mean.
message MatchRequest {
  // At most 4,096 bytes.
  string query = 1;
  // Of "products" and "services"; empty means both.
  repeated string collections = 2;
  // How many candidates, 1 to 50; 0 means 5.
  uint32 k = 3;
  // The confidence from which the best candidate is taken for what is meant; unset means 0.6.
  optional double threshold = 4;
  // True lets inactive ones answer, too.
  bool include_inactive = 5;
  // True lets only those answer that are in stock (or not counted), or available.
  bool available_only = 6;
  // True leaves out the similarity of meaning, for which the query is embedded.
  bool omit_semantic = 7;
  // True leaves title, content and metadata out of the candidates.
  bool omit_content = 8;
  // As in SearchRequest.
  uint64 min_xid = 9;
  uint32 wait_ms = 10;
  Position min_position = 11;
}

// What speaks for a candidate, each 0 to 1.
message MatchParts {
  // Letters in common and in order.
  double edit = 1;
  // Words in common, weighted by rarity.
  double token_set = 2;
  // As edit, after the words of both were sorted.
  double token_sort = 3;
  // Parts of words in common.
  double ngram = 4;
  // Share of the query that the name begins with.
  double prefix = 5;
  // Share of the words that abbreviations or initials explain.
  double initialism = 6;
  // 1 where an alias matched and not the name.
  double alias = 7;
  // Share of the codes asked for that the name has; 1 where none was asked for.
  double code = 8;
  // Similarity of meaning; unset where it was not looked at.
  optional double semantic = 9;
}

enum MatchEditKind {
  MATCH_EDIT_KIND_UNSPECIFIED = 0;
  // The word is in both.
  MATCH_EDIT_KIND_KEEP = 1;
  // The word is spelled otherwise.
  MATCH_EDIT_KIND_REPLACE = 2;
  // Only the name has it.
  MATCH_EDIT_KIND_INSERT = 3;
  // Only the query has it.
  MATCH_EDIT_KIND_DELETE = 4;
}

// What a word is, which says how it may be misspelled.
enum WordClass {
  WORD_CLASS_UNSPECIFIED = 0;
  // Letters; may have typing errors.
  WORD_CLASS_WORD = 1;
  // Digits; never edited.
  WORD_CLASS_NUMBER = 2;
  // A unit without a number.
  WORD_CLASS_UNIT = 3;
  // Letters and digits; never edited.
  WORD_CLASS_CODE = 4;
  // A number with its unit, compared as a quantity.
  WORD_CLASS_SIZE = 5;
}

// One step from the query to the name; spans are bytes of UTF-8.
message MatchEdit {
  MatchEditKind kind = 1;
  WordClass word_class = 2;
  uint32 query_start = 3;
  uint32 query_end = 4;
  uint32 name_start = 5;
  uint32 name_end = 6;
  // Letters inserted, deleted, replaced or exchanged with their neighbour.
  uint32 distance = 7;
}

message MatchCandidate {
  // Its collection says whether it is a product or a service.
  Entry entry = 1;
  // How sure it is that this one is meant, 0 to 1.
  double confidence = 2;
  // The name or alias that matched.
  string name = 3;
  MatchParts parts = 4;
  // How the query becomes the name, in the order of the name.
  repeated MatchEdit edits = 5;
}

enum MatchVerdict {
  MATCH_VERDICT_UNSPECIFIED = 0;
  // The first candidate is meant.
  MATCH_VERDICT_MATCH = 1;
  // The customer has to say which: see the question.
  MATCH_VERDICT_AMBIGUOUS = 2;
  // Nothing like it.
  MATCH_VERDICT_NONE = 3;
}

enum MatchReason {
  MATCH_REASON_UNSPECIFIED = 0;
  // The code that was asked for is not there; the options are near it.
  MATCH_REASON_CODE = 1;
  // Several fit alike.
  MATCH_REASON_SIMILAR = 2;
  // The best is not sure enough.
  MATCH_REASON_UNSURE = 3;
}

message MatchOption {
  bytes id = 1;
  string collection = 2;
  // What to call it: a code where codes tell the options apart, else the name.
  string label = 3;
}

// Which of these?
message MatchQuestion {
  MatchReason reason = 1;
  // The code asked for, where that is the reason.
  string code = 2;
  // Best first, at most five.
  repeated MatchOption options = 3;
}

message MatchReply {
  // Best first.
  repeated MatchCandidate candidates = 1;
  MatchVerdict verdict = 2;
  // Set where the verdict is AMBIGUOUS.
  MatchQuestion question = 3;
  Position position = 4;
  uint64 stale_ms = 5;
  uint64 took_us = 6;
  // True where min_xid or min_position was not reached within wait_ms.
  bool is_stale = 7;
  // True while a collection is being read again from the database, so that some may be missing.
  bool incomplete = 8;
  // Products and services that wait to be embedded, so that none of them is a candidate yet.
  uint64 pending_embeddings = 9;
  // Products and services that could have answered, whatever the query.
  uint64 items = 10;
}

// Asks for a text's spelling to be corrected.
message SpellRequest {
  // At most 64 KiB.
  string text = 1;
  // BCP 47, such as "en"; empty means the language that most entries of the business say.
  string language = 2;
  // The least confidence of a change, 0 to 1; what is below becomes a question. Unset means 0.8.
  optional double threshold = 3;
  // How many alternatives a correction names, at most 8; unset means 5.
  optional uint32 alternatives = 4;
  // As in SearchRequest.
  uint64 min_xid = 5;
  uint32 wait_ms = 6;
  Position min_position = 7;
}

enum SpellingKind {
  SPELLING_KIND_UNSPECIFIED = 0;
  // One word becomes another.
  SPELLING_KIND_RESPELLED = 1;
  // One word becomes two.
  SPELLING_KIND_SPLIT = 2;
  // Two words become one.
  SPELLING_KIND_JOINED = 3;
}

message SpellingSuggestion {
  string text = 1;
  // Its share of all readings, 0 to 1.
  double share = 2;
}

message SpellingCorrection {
  SpellingKind kind = 1;
  // Bytes of the request's text.
  uint32 start = 2;
  uint32 end = 3;
  string original = 4;
  string replacement = 5;
  // How sure it is, 0 to 1.
  double confidence = 6;
  // Other readings, best first.
  repeated SpellingSuggestion alternatives = 7;
}

message SpellReply {
  // With every change, and otherwise byte for byte what was sent.
  string text = 1;
  // In the text's order.
  repeated SpellingCorrection changes = 2;
  // What was left, since it is not sure enough: ask the customer.
  repeated SpellingCorrection questions = 3;
  // The language that was taken.
  string language = 4;
  // Whether there is a word list of it; without one the business's own words alone correct.
  bool has_word_list = 5;
  // Words that were looked at; codes, numbers and addresses are none.
  uint32 words = 6;
  // Different words that the business itself uses.
  uint64 vocabulary = 7;
  Position position = 8;
  uint64 stale_ms = 9;
  uint64 took_us = 10;
  // True where min_xid or min_position was not reached within wait_ms.
  bool is_stale = 11;
}

enum SpellingOutcome {
  SPELLING_OUTCOME_UNSPECIFIED = 0;
  // The correction was right.
  SPELLING_OUTCOME_ACCEPTED = 1;
  // The original was right.
  SPELLING_OUTCOME_REJECTED = 2;
  // Something else was right.
  SPELLING_OUTCOME_CHANGED = 3;
}

// What became of one correction. Only the words themselves are kept, and nothing around them.
message SpellingOutcomeReport {
  // One word, or two that were joined: at most 100 bytes, no digits and no addresses.
  string original = 1;
  string replacement = 2;
  SpellingKind kind = 3;
  // As it was said.
  double confidence = 4;
  SpellingOutcome outcome = 5;
  // What was right instead, where the outcome is CHANGED.
  string changed_to = 6;
  string language = 7;
}

message SpellFeedbackRequest {
  // At most 100.
  repeated SpellingOutcomeReport outcomes = 1;
}

message SpellFeedbackReply {
  uint64 recorded = 1;
  uint64 xid = 2;
}

// ---------------------------------------------------------------- writes

// What to do with a row whose external id or content exists.
enum OnConflict {
  // The same as UPDATE.
  ON_CONFLICT_UNSPECIFIED = 0;
  ON_CONFLICT_UPDATE = 1;
  ON_CONFLICT_SKIP = 2;
  ON_CONFLICT_FAIL = 3;
}

enum OutcomeKind {
  OUTCOME_KIND_UNSPECIFIED = 0;
  OUTCOME_KIND_INSERTED = 1;
  OUTCOME_KIND_UPDATED = 2;
  OUTCOME_KIND_UNCHANGED = 3;
  OUTCOME_KIND_SKIPPED = 4;
  OUTCOME_KIND_REJECTED = 5;
}

// What became of one entry of a request.
message Outcome {
  // Place in the request, from 0.
  uint32 index = 1;
  OutcomeKind kind = 2;
  // The entry's id; empty where it was rejected.
  bytes id = 3;
  // For a rejected entry: the field, and why. For a skipped one the reason, where there is more to
  // say than that it exists.
  string field = 4;
  string reason = 5;
  // Place of the later entry of the same request that has the same identity and counts instead of
  // this one, which was skipped. Unset otherwise.
  optional uint32 superseded_by = 6;
}

message UpsertRequest {
  string collection = 1;
  repeated Entry entries = 2;
  OnConflict on_conflict = 3;
}

message UpsertReply {
  // One for each entry, in order.
  repeated Outcome outcomes = 1;
  // The transaction; pass it as min_xid to read your own write.
  uint64 xid = 2;
}

message DeleteRequest {
  string collection = 1;
  repeated bytes ids = 2;
  repeated string external_ids = 3;
  // True keeps the row in the database, marked deleted.
  bool soft = 4;
}

message DeleteReply {
  uint64 deleted = 1;
  uint64 not_found = 2;
  uint64 xid = 3;
}

// Opens a bulk import; the defaults hold for every batch that does not say otherwise.
message ImportRequest {
  string collection = 1;
  OnConflict on_conflict = 2;
}

// One item of a bulk import, from the client.
message ImportBatch {
  // Chosen by the client, rising; comes back in the acknowledgement.
  uint64 sequence = 1;
  string collection = 2;
  repeated Entry entries = 3;
  OnConflict on_conflict = 4;
}

message ImportCounts {
  uint64 inserted = 1;
  uint64 updated = 2;
  uint64 unchanged = 3;
  uint64 skipped = 4;
  uint64 rejected = 5;
}

// One item of a bulk import, from the server: the batch is committed.
message ImportAck {
  uint64 sequence = 1;
  ImportCounts counts = 2;
  // Rejected rows only.
  repeated Outcome rejected = 3;
  uint64 xid = 4;
  // Rows that a later row of the same batch replaced (superseded_by); they count as skipped.
  repeated Outcome superseded = 5;
  ImportStages stages = 6;
}

// How long each stage behind an import was at work, in microseconds of the service's clock, since
// the import began; the difference of two acknowledgements says which stage is the bottleneck.
// Indexing and embedding are those of everybody's changes.
message ImportStages {
  uint64 elapsed_us = 1;
  // Transactions of the import's batches.
  uint64 writing_us = 2;
  // Bringing changes from the database into the files.
  uint64 indexing_us = 3;
  // Making vectors of entries.
  uint64 embedding_us = 4;
}

// The end of a bulk import.
message ImportSummary {
  ImportCounts counts = 1;
  uint64 batches = 2;
  // The last transaction.
  uint64 xid = 3;
  uint64 took_us = 4;
}

message ExportRequest {
  string collection = 1;
  Filter filter = 2;
  bool include_vector = 3;
  // Where one of these is not reached within wait_ms, the answer is the error STALE.
  uint64 min_xid = 4;
  uint32 wait_ms = 5;
  Position min_position = 6;
}

message ExportItem {
  repeated Entry entries = 1;
}

message ExportSummary {
  uint64 entries = 1;
  Position position = 2;
}

// ---------------------------------------------------------------- operation

message CollectionsRequest {}

message CollectionInfo {
  string name = 1;
  // Live entries.
  uint64 entries = 2;
  // Name of the embedding model.
  string model = 3;
  uint32 dimension = 4;
}

message CollectionsReply {
  repeated CollectionInfo collections = 1;
  Position position = 2;
}

message StatsRequest {}

message CollectionStats {
  bytes business_id = 1;
  string name = 2;
  uint64 entries = 3;
  uint64 vectors = 4;
  // On disk and in memory.
  uint64 file_bytes = 5;
  uint64 memory_bytes = 6;
  // Rows in the mutable part.
  uint64 delta_rows = 7;
  uint64 segments = 8;
  // Dead rows that compaction will drop.
  uint64 tombstones = 9;
  string model = 10;
  uint32 dimension = 11;
  // Order-free hash of the live rows, for comparison with the truth.
  fixed64 checksum = 12;
  // True while the collection is being read again from the database.
  bool incomplete = 13;
}

// What keeps the files from following the database.
enum TroubleCause {
  TROUBLE_CAUSE_UNSPECIFIED = 0;
  // The database cannot be read.
  TROUBLE_CAUSE_DATABASE = 1;
  // The files cannot be read or written.
  TROUBLE_CAUSE_FILES = 2;
  // The model does not embed.
  TROUBLE_CAUSE_MODEL = 3;
}

message FeedStats {
  // How far the files are behind the truth.
  uint64 lag_ms = 1;
  Position position = 2;
  bool truth_connected = 3;
  // Entries that the files refuse, found since the start: searches do not find them. Health names
  // some with the reason; a change of the entry tries again.
  uint64 parked = 4;
  // What is wrong now; empty where nothing is. For the operator only.
  string last_error = 5;
  uint64 applied = 6;
  // What last_error concerns.
  TroubleCause cause = 7;
  // Parts that are being read again from the database now, and that were since the start.
  uint64 repairs = 8;
  uint64 repaired = 9;
  // Times since the start that the files could not be committed.
  uint64 commit_failures = 10;
}

message MethodStats {
  Method method = 1;
  uint64 requests = 2;
  uint64 errors = 3;
  uint64 p50_us = 4;
  uint64 p99_us = 5;
}

message RPCStats {
  uint64 connections_open = 1;
  uint64 connections_accepted = 2;
  // Requests and connections refused or ended, by the name of the limit, else of the error code.
  map<string, uint64> refusals = 3;
  uint64 requests = 4;
  uint64 errors = 5;
  uint64 bytes_in = 6;
  uint64 bytes_out = 7;
  repeated MethodStats methods = 8;
}

// How texts become vectors.
message EmbeddingStats {
  // What every collection's vectors are to be of.
  string model = 1;
  uint32 dimension = 2;
  // Entries known to lack a vector of it, of the caller's business or, for an operator without one,
  // of all; 0 where the model is so quick that nothing waits.
  uint64 pending = 3;
  // Vectors made since the start. For operators only, as all below.
  uint64 embedded = 4;
  // Why it does not go on; empty while it does.
  string trouble = 5;
  // Entries embedded since the start without the end of their content, which has more than 1,024
  // chunks.
  uint64 cut_entries = 10;
  // Queries whose vector was remembered, those that were embedded, and how many are remembered.
  uint64 query_hits = 6;
  uint64 query_misses = 7;
  uint64 queries_kept = 8;
  // What each model was asked since the service began, the present one first; none of a model that
  // costs nothing.
  repeated EmbeddingUsage usage = 9;
}

message EmbeddingUsage {
  string model = 1;
  // Texts that were embedded, queries included.
  uint64 texts = 2;
  // Tokens that the provider or the model counted, or that were estimated where nobody counts.
  uint64 tokens = 3;
  // Those of them that were estimated.
  uint64 estimated_tokens = 4;
  // Texts that were cut, since they were too long for the model.
  uint64 cut_texts = 5;
  // Requests to a server, retries included; 0 for a model in the service's process.
  uint64 requests = 6;
  uint64 retries = 7;
  // Requests that failed, whether or not another followed.
  uint64 failures = 8;
  // What the tokens cost, in trillionths of a US dollar; unset where the price is not known.
  optional uint64 picodollars = 9;
}

message StatsReply {
  repeated CollectionStats collections = 1;
  FeedStats feed = 2;
  RPCStats rpc = 3;
  uint64 resident_bytes = 4;
  uint64 uptime_ms = 5;
  string version = 6;
  ScrubStats scrub = 7;
  EmbeddingStats embedding = 8;
  ParityStats parity = 9;
  StoreStats store = 10;
  // Of the caller's business; unset for an operator without one, and while the database is away.
  SpellingStats spelling = 12;
  // For operators only.
  WordStats words = 13;
}

// What became of spelling corrections.
message SpellingStats {
  uint64 accepted = 1;
  uint64 rejected = 2;
  uint64 changed = 3;
  // The share that was right; unset where none is known.
  optional double accuracy = 4;
  // How far confidences are from the share that was right, 0 to 1; unset where none is known.
  optional double calibration_error = 5;
}

// Indexes of names and words in memory, made when they are first used.
message WordStats {
  // Businesses that have one, and bytes of all.
  uint64 catalogues = 1;
  uint64 vocabularies = 2;
  uint64 bytes = 3;
  // How often one had to leave memory for others.
  uint64 evicted = 4;
}

// What stands in memory of the files; for operators only.
message StoreStats {
  // Collections, those that are open, and how often one was closed because too many were open.
  uint64 collections = 1;
  uint64 open = 2;
  uint64 closed = 3;
  // Small segments in memory, their bytes, and how often one had to leave it for others.
  uint64 segments = 4;
  uint64 segment_bytes = 5;
  uint64 evicted = 6;
  // Large segments that are mapped, and their bytes.
  uint64 mapped = 7;
  uint64 mapped_bytes = 8;
}

// What comparing the files with the truth has done since the start.
message ParityStats {
  // Comparisons of everything that came to their end.
  uint64 rounds = 1;
  // Rows of the truth compared.
  uint64 rows = 2;
  // Entries that differed, those that were repaired, and those that the last round could not.
  uint64 differences = 3;
  uint64 repaired = 4;
  uint64 unrepaired = 5;
  // When the last round ended, and how long it took.
  int64 ended_at = 6;
  uint64 took_us = 7;
  // Collections that the present round has compared, of how many; zero between rounds.
  uint64 collections_done = 8;
  uint64 collections_total = 9;
  // Why the last round did not come to its end; empty where it did.
  string trouble = 10;
}

// What the slow reading of all files has done since the start.
message ScrubStats {
  // Bytes compared with their checksums.
  uint64 bytes = 1;
  // Collections found damaged and made again.
  uint64 damaged = 2;
  // Times that it came to the end of all files.
  uint64 rounds = 3;
}

message VerifyRequest {
  // Empty means every collection of the connection's business.
  string collection = 1;
  // True compares with the truth as well as checking the files.
  bool compare_truth = 2;
  // True repairs what differs.
  bool repair = 3;
  // True compares with the truth and leaves the files' bytes unread.
  bool parity = 4;
}

// How an entry of the files is not what the truth says.
enum DifferenceKind {
  DIFFERENCE_KIND_UNSPECIFIED = 0;
  // The truth has it, the files do not.
  DIFFERENCE_KIND_MISSING = 1;
  // The files have it, the truth does not.
  DIFFERENCE_KIND_EXTRA = 2;
  // Both have it, in different states.
  DIFFERENCE_KIND_DIFFERENT = 3;
}

message Difference {
  bytes business_id = 1;
  string collection = 2;
  bytes entry_id = 3;
  DifferenceKind kind = 4;
}

message Fault {
  // Relative to the data directory.
  string file = 1;
  uint64 offset = 2;
  string what = 3;
}

message VerifyReply {
  uint64 files_checked = 1;
  uint64 bytes_checked = 2;
  repeated Fault faults = 3;
  repeated string quarantined = 4;
  // Rows compared with the truth, and those that differed.
  uint64 rows_compared = 5;
  uint64 truth_differences = 6;
  // Of those that differed, how many do not any more.
  uint64 repaired = 7;
  uint64 took_us = 8;
  // Collections that were compared, and those that could not be, for they are being made again.
  uint64 collections_compared = 9;
  uint64 collections_incomplete = 10;
  // Buckets whose hashes were compared, and those that held rows that differed.
  uint64 buckets_compared = 11;
  uint64 buckets_different = 12;
  // Rows that the files lack for a known reason: their vector is still to be made, or they cannot
  // be served.
  uint64 rows_waiting = 13;
  // The first hundred that differed.
  repeated Difference differences = 14;
  // What both sides reflected when they were compared.
  Position position = 15;
}

message RebuildRequest {
  // Empty means every collection of the connection's business.
  string collection = 1;
}

message RebuildReply {
  uint64 rows = 1;
  uint64 took_us = 2;
}

// Asks for a consistent copy of the files; for operators only.
message SnapshotRequest {
  // Where to make it, an absolute path on the service's machine that does not exist yet; empty
  // means a new one below snapshots/ in the data directory.
  string directory = 1;
}

message SnapshotReply {
  // Where it stands: a store that opens by itself.
  string directory = 1;
  uint64 collections = 2;
  uint64 entries = 3;
  uint64 bytes = 4;
  // Files that share their bytes with the service's own, and those that were written anew.
  uint64 files_linked = 5;
  uint64 files_copied = 6;
  // What it reflects.
  Position position = 7;
  uint64 took_us = 8;
}

// Has the service take up the model that its data directory names now. For operators only.
message ChangeModelRequest {}

message ChangeModelReply {
  // What every collection's vectors are to be of from now on.
  string model = 1;
  uint32 dimension = 2;
  // Whether that is another model than before.
  bool changed = 3;
}

enum HealthStatus {
  HEALTH_STATUS_UNSPECIFIED = 0;
  HEALTH_STATUS_OK = 1;
  // It answers, with something missing; the reasons say what.
  HEALTH_STATUS_DEGRADED = 2;
  HEALTH_STATUS_FAILING = 3;
}

message HealthRequest {}

message HealthReply {
  HealthStatus status = 1;
  repeated string reasons = 2;
  string version = 3;
}

message BusinessCreateRequest {
  string name = 1;
  string description = 2;
  // Was a language that nothing kept: entries have their own.
  reserved 3;
}

message BusinessCreateReply {
  bytes business_id = 1;
  // Shown this once; only its hash is kept.
  string api_key = 2;
}

message BusinessListRequest {}

message Business {
  bytes business_id = 1;
  string name = 2;
  string description = 3;
  int64 created_at = 4;
  uint64 entries = 5;
}

message BusinessListReply {
  repeated Business businesses = 1;
}

"""##
