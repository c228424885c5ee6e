import Agent
import Platform
import Postgres

extension TurnStep {
  /// Its place in a turn, from 0.
  var number: Int32 { Int32(Self.allCases.firstIndex(of: self) ?? 0) }
}

extension StepRecord {
  /// Of `turn_steps`.
  static let columns = "step, input, output, calls, microseconds"

  init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    self.init(
      step: try Coding.raw(rows, row, 0), input: try Coding.json(rows, row, 1),
      output: try Coding.json(rows, row, 2),
      calls: (try Coding.json(rows, row, 3).array ?? []).map(ModelCallRecord.init(json:)),
      microseconds: try rows.value(row, 4))
  }

  /// The calls as they are stored.
  var encodedCalls: JSON { .array(calls.map(\.json)) }
}

extension ModelCallRecord {
  fileprivate init(json: JSON) {
    self.init(
      purpose: json["purpose"]?.string ?? "", model: json["model"]?.string ?? "",
      prompt: json["prompt"]?.string ?? "", reply: json["reply"]?.string ?? "",
      failure: json["failure"]?.string, usage: json["usage"].flatMap(ModelUsage.init(json:)),
      picodollars: json["picodollars"]?.numberText.flatMap { UInt64($0) },
      milliseconds: json["milliseconds"]?.int ?? 0)
  }

  fileprivate var json: JSON {
    .object([
      ("purpose", .string(purpose)), ("model", .string(model)), ("prompt", .string(prompt)),
      ("reply", .string(reply)), ("failure", .optional(failure)),
      ("usage", usage?.json ?? .null),
      ("picodollars", picodollars.map { .integer($0) } ?? .null),
      ("milliseconds", .integer(milliseconds)),
    ])
  }
}

extension ModelUsage {
  /// Nil for what is no object.
  init?(json: JSON) {
    guard case .object = json else { return nil }
    self.init(
      inputTokens: json["input_tokens"]?.int ?? 0,
      cachedInputTokens: json["cached_input_tokens"]?.int ?? 0,
      cacheWriteTokens: json["cache_write_tokens"]?.int ?? 0,
      outputTokens: json["output_tokens"]?.int ?? 0,
      reasoningTokens: json["reasoning_tokens"]?.int ?? 0)
  }

  /// As it stands in rows.
  var json: JSON {
    .object([
      ("input_tokens", .integer(inputTokens)),
      ("cached_input_tokens", .integer(cachedInputTokens)),
      ("cache_write_tokens", .integer(cacheWriteTokens)),
      ("output_tokens", .integer(outputTokens)),
      ("reasoning_tokens", .integer(reasoningTokens)),
    ])
  }
}
