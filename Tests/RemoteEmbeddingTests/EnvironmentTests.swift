import HTTP
import Platform
import TestSupport
import Testing

@testable import RemoteEmbedding

@Suite struct EnvironmentTests {
  static func described(_ values: [String: String]) throws(InvalidRemoteModel) -> RemoteModel? {
    try RemoteModel.described { name in
      #expect(RemoteModel.variables.contains { $0.name == name }, "\(name)")
      return values[String(name.dropFirst("KNOWLEDGE_EMBEDDING_".count))]
    }
  }

  @Test func `the environment describes a model, its key and its limits`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    try FileSystem.replace(folder.path + "/key", with: Array("sk-1\n".utf8))
    try FileSystem.replace(folder.path + "/prices", with: Array("m 7 8\n".utf8))
    let model = try #require(
      try Self.described([
        "URL": "https://a.example/v1", "MODEL": "m", "DIMENSION": "8",
        "KEY_FILE": folder.path + "/key", "QUERY_PREFIX": "query: ", "PASSAGE_PREFIX": "p: ",
        "REQUESTS_PER_MINUTE": "30", "TOKENS_PER_MINUTE": "1000",
        "PRICES": folder.path + "/prices", "AUTHORITIES": "/ca.pem", "KEY": "",
      ]))
    let key = try HTTPSecret("sk-1")
    #expect(model.name == "m" && model.dimension == 8 && model.apiKey == key)
    #expect(model.queryPrefix == "query: " && model.passagePrefix == "p: ")
    #expect(model.limits.requestsPerMinute == 30 && model.limits.tokensPerMinute == 1000)
    #expect(model.prices["m"]?.picodollarsPerToken == 7_000_000)
    #expect(model.prices["mistral-embed"] != nil && model.authoritiesPath == "/ca.pem")
    let none = try Self.described([:])
    #expect(none.map(\.name) == nil)
  }

  static let base = ["URL": "https://a.example/v1", "MODEL": "m", "DIMENSION": "8"]

  @Test(arguments: [
    ["MODEL": ""], ["DIMENSION": ""], ["DIMENSION": "many"], ["DIMENSION": "-1"],
    ["DIMENSION": "99999"], ["URL": "a.example"], ["URL": "http://a.example/v1", "KEY": "k"],
    ["KEY": "a b"], ["KEY": "k", "KEY_FILE": "/k"], ["KEY_FILE": "/nowhere/key"],
    ["PRICES": "/nowhere/prices"], ["REQUESTS_PER_MINUTE": "0"], ["TOKENS_PER_MINUTE": "1.5"],
  ])
  func `what cannot be used is refused in words`(changes: [String: String]) {
    #expect(throws: InvalidRemoteModel.self) {
      try Self.described(Self.base.merging(changes) { $1 })
    }
  }
}
