import Platform

/// The steps of a turn, in their order. Each is stored when it is done, so that a crash goes on
/// behind the last one, and a trace is what was stored.
public enum TurnStep: String, Sendable, CaseIterable {
  case received, corrected, staged, extracted, retrieved, composed, checked
}

/// A step that is done.
public struct StepRecord: Sendable, Equatable {
  /// Which.
  public var step: TurnStep
  /// What it began with, for the trace: an object.
  public var input: JSON
  /// What it came to, from which the turn goes on: an object.
  public var output: JSON
  /// The calls of models that it made, in order.
  public var calls: [ModelCallRecord]
  /// How long it took, calls included.
  public var microseconds: Int64

  /// - Parameters: As the properties say.
  public init(
    step: TurnStep, input: JSON, output: JSON, calls: [ModelCallRecord] = [],
    microseconds: Int64 = 0
  ) {
    self.step = step
    self.input = input
    self.output = output
    self.calls = calls
    self.microseconds = microseconds
  }
}

/// A call of a model, as the trace keeps it.
public struct ModelCallRecord: Sendable, Equatable {
  /// What it was for: `stage_selection`, `data_extraction`, `response_generation`, `summary`.
  public var purpose: String
  /// The model that answered, or that was asked last.
  public var model: String
  /// The messages, as text with their roles.
  public var prompt: String
  /// What came back; empty where it failed.
  public var reply: String
  /// Why it failed, in words; nil where it did not.
  public var failure: String?
  /// What it took; nil where it is not known.
  public var usage: ModelUsage?
  /// Trillionths of a US dollar; nil where it is not known.
  public var picodollars: UInt64?
  /// How long it took.
  public var milliseconds: Int

  /// - Parameters: As the properties say.
  public init(
    purpose: String, model: String, prompt: String, reply: String = "", failure: String? = nil,
    usage: ModelUsage? = nil, picodollars: UInt64? = nil, milliseconds: Int = 0
  ) {
    self.purpose = purpose
    self.model = model
    self.prompt = prompt
    self.reply = reply
    self.failure = failure
    self.usage = usage
    self.picodollars = picodollars
    self.milliseconds = milliseconds
  }
}

extension StepRecord {
  /// What a retrieval found: knowledge, then products and services, each best first; empty for
  /// other steps.
  public var retrievedHits: [KnowledgeHit] {
    guard step == .retrieved, let value = try? RetrievedStep(output) else { return [] }
    return value.knowledge + value.catalogue
  }

  /// What a check took out of the answer, in words; empty for other steps.
  public var violations: [String] {
    guard step == .checked, let value = try? CheckedStep(output) else { return [] }
    return value.violations
  }
}
