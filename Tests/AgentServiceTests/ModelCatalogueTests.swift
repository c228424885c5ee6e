import Agent
import HTTP
import ModelHTTP
import Platform
import TestSupport
import Testing

@testable import AgentService

@Suite struct ModelCatalogueTests {
  static func catalogue(_ variables: [String: String] = [:]) throws -> ModelCatalogue {
    try ModelCatalogue(environment: { variables[$0] })
  }

  static func error(_ body: () throws -> Void) -> ModelCatalogueError? {
    do {
      try body()
      return nil
    } catch { return error as? ModelCatalogueError }
  }

  @Test(arguments: [
    ("openai/gpt-5-mini", "OPENAI_API_KEY"), ("anthropic/claude", "ANTHROPIC_API_KEY"),
    ("together/x", "TOGETHER_API_KEY"), ("azure/x", "AZURE_OPENAI_ENDPOINT"),
    ("groq/x", "GROQ_BASE_URL"), ("my-own/x", "MY_OWN_BASE_URL"),
  ])
  func `what is missing is named with the variable to set`(name: String, variable: String) throws {
    let error = Self.error { _ = try Self.catalogue().model(name) }
    guard case .notConfigured(_, variable)? = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(error?.description.contains("set \(variable)") == true)
  }

  @Test(arguments: ["", "gpt-5", "Open AI/x", "/x", "openai/", "openai/a b", "../etc/passwd"])
  func `what names no model is refused`(name: String) throws {
    let error = Self.error { _ = try Self.catalogue(["OPENAI_API_KEY": "k"]).model(name) }
    #expect(error != nil, "\(name)")
  }

  @Test func `local servers need nothing, others their key, and a name keeps its slashes`() throws {
    let catalogue = try Self.catalogue([
      "OPENAI_API_KEY": "k", "TOGETHER_API_KEY": "k", "GROQ_BASE_URL": "http://127.0.0.1:9/v1",
    ])
    for name in [
      "ollama/llama3.2", "vllm/x", "llama-cpp/x", "openai/gpt-5-mini", "groq/x",
      "together/meta-llama/Llama-3.3-70B",
    ] { #expect(try catalogue.model(name).name == name) }
    #expect(
      catalogue.providers.filter(\.isDescribed).map(\.provider.name) == [
        "openai", "together", "ollama", "llama-cpp", "vllm",
      ])
    #expect(throws: ModelCatalogueError.self) {
      // A key never goes to another machine in the clear.
      try Self.catalogue(["OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://example.com/v1"])
        .model("openai/x")
    }
  }

  @Test func `a key may stand in a file, and no error holds any of it`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let path = folder.path + "/key"
    try FileSystem.replace(path, with: Array("sk-secret\n".utf8))
    #expect(
      try Self.catalogue(["OPENAI_API_KEY_FILE": path]).model("openai/x").name == "openai/x")
    for variables in [
      ["OPENAI_API_KEY": "sk se\u{1}cret"], ["OPENAI_API_KEY_FILE": folder.path + "/none"],
      ["AGENT_PRICES": folder.path + "/none"], ["AGENT_PRICES": path],
    ] {
      let error = Self.error { _ = try Self.catalogue(variables).model("openai/x") }
      let text = try #require(error).description
      #expect(!text.contains("cret") && variables.keys.contains { text.contains($0) }, "\(text)")
    }
  }

  @Test func `a model that cannot be asked fails like any other, and the next one answers`() throws
  {
    let server = try LocalHTTPServer { _ in
      .init(200, #"{"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}"#)
    }
    defer { server.close() }
    let catalogue = try Self.catalogue(["OLLAMA_BASE_URL": server.url + "/v1"])
    let names = ["openai/x", "what", "ollama/tiny", "ollama/tiny"]
    let model = try catalogue.model(names)
    #expect(model.name == "openai/x (+2)")
    let reply = try model.reply(to: ModelRequest([.user("Hi")]))
    #expect(reply.text == "Hi" && reply.model == "ollama/tiny")
    #expect(reply.attempts.map(\.failure) == [.authentication, .notFound, nil])
    #expect(reply.attempts.first?.detail.contains("OPENAI_API_KEY") == true)
    for (names, kind) in [
      (["openai/x", "what"], ModelError.Kind.authentication), (["what"], .notFound),
      ([], .notFound),
    ] {
      do {
        _ = try catalogue.model(names)
        Issue.record("\(names)")
      } catch { #expect(error.kind == kind, "\(error)") }
    }
  }

  @Test func `models are listed and asked by the real protocol`() throws {
    let server = try LocalHTTPServer { request in
      request.target == "/v1/models"
        ? .init(200, #"{"data": [{"id": "tiny", "context_length": 4096}, {"id": "other"}]}"#)
        : .init(
          200,
          #"{"model": "tiny", "choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}"#
        )
    }
    defer { server.close() }
    let folder = try TestFolder()
    defer { folder.close() }
    try FileSystem.replace(folder.path + "/prices", with: Array("ollama/tiny 1 - - 2\n".utf8))
    let catalogue = try Self.catalogue([
      "OLLAMA_BASE_URL": server.url + "/v1", "AGENT_PRICES": folder.path + "/prices",
    ])
    let ollama = try #require(ModelProvider.named("ollama"))
    #expect(try catalogue.models(of: ollama).map(\.name) == ["tiny", "other"])
    #expect(catalogue.price("tiny", of: ollama)?.output == 2_000_000)
    #expect(catalogue.price("other", of: ollama) == nil)
    let reply = try catalogue.model("ollama/tiny").reply(to: ModelRequest([.user("Hi")]))
    #expect(reply.text == "Hello" && reply.model == "ollama/tiny")
    let gone = Self.error {
      _ = try Self.catalogue(["VLLM_BASE_URL": "http://127.0.0.1:1/v1"])
        .models(of: ModelProvider.named("vllm")!)
    }
    guard case .failed? = gone else {
      Issue.record("\(gone as Any)")
      return
    }
  }
}
