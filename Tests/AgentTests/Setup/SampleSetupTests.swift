import Glibc
import Platform
import Testing
import YAML

@testable import Agent

/// `Examples/demo/agent.yaml`.
@Suite struct SampleSetupTests {
  static let demo = AgentSetup(business: Business(id: .random(), name: "demo"))

  static func read() throws -> (setup: AgentSetup, warnings: [SetupDocument.Problem]) {
    let package = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let bytes = try FileSystem.readAll("/\(package)/Examples/demo/agent.yaml")
    return try SetupDocument.read(YAML.parse(bytes), existing: demo)
  }

  @Test func `the sample is read without an error or a warning`() throws {
    let (setup, warnings) = try Self.read()
    #expect(warnings == [])
    #expect(setup.business.name == "demo")
    #expect(setup.stages.count == 6)
    #expect(setup.stages[0].type == .firstInteraction)
    let written = YAML.write(SetupDocument.write(setup))
    #expect(try SetupDocument.read(YAML.parse(Array(written.utf8)), existing: setup).setup == setup)
  }

  @Test func `every prompt of the sample can be shown`() throws {
    let setup = try Self.read().setup
    for template in setup.templates {
      #expect(try template.preview(in: setup).content.contains("at most 6 sentences"))
    }
    for stage in setup.stages {
      for step in PromptSource.Step.allCases {
        let source = PromptSource.of(stage: stage, step: step, setup: setup, language: "en")
        #expect(try !source.render(.sample(setup)).content.isEmpty)
      }
    }
  }

  @Test func `an extraction that does not match its schema is named`() throws {
    let stages = try Self.read().setup.stages
    let returns = try #require(stages.first { $0.name == "Returns and refunds" })
    let schema = try JSONSchema(#require(returns.extractionSchema))
    let found = try schema.violations(
      of: JSON.parse(#"{"reason": "too tight", "order_number": "1042", "colour": "red"}"#))
    #expect(
      Set(found.map { "\($0.path)|\($0.rule)" }) == [
        "item|required", "reason|enum", "order_number|pattern", "colour|additionalProperties",
      ])
    #expect(
      try schema.violations(of: JSON.parse(#"{"item": "Burren W", "reason": "too small"}"#)) == [])
  }
}
