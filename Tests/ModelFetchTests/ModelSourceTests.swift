import HTTP
import Platform
import TestSupport
import Testing

@testable import ModelFetch

@Suite struct ModelSourceTests {
  @Test func `the default is pinned`() throws {
    let source = try ModelSource(parsing: nil)
    #expect(source.defaultName == "all-minilm-l6-v2")
    #expect(source.expectation.sha256?.count == 32 && source.expectation.byteCount == 83_506_384)
    #expect(try ModelSource(parsing: "All-MiniLM-L6-v2") == source)
  }

  @Test(arguments: [
    ("BAAI/bge-small-en-v1.5", "bge-small-en-v1.5", "BAAI/bge-small-en-v1.5@main"),
    ("a/B@0123abc", "b", "a/B@0123abc"),
    ("https://x.example/m/Tiny.tar.gz?sig=1", "tiny", "https://x.example/m/Tiny.tar.gz"),
    ("https://x.example/m/a%20b.whl", "a-20b", "https://x.example/m/a%20b.whl"),
    ("https://x.example/models/tiny/", "tiny", "https://x.example/models/tiny/"),
    ("https://x.example", "x.example", "https://x.example/"),
  ])
  func `names, repositories and URLs are told apart`(
    text: String, name: String, description: String
  ) throws {
    let source = try ModelSource(parsing: text)
    #expect(source.defaultName == name && source.description == description)
    #expect(ModelStore.isName(source.defaultName))
  }

  @Test(arguments: [
    "", "minilm", "a/b/c", "/a", "a/", "../a", "a/..", "a/b@", "a/b@x/y", "a b/c",
    "ftp://x.example/a.zip", "https://u:p@x.example/a.zip", "https://x.example/model?x=1",
  ])
  func `anything else is refused with the forms that there are`(text: String) {
    let failure = FileServer.failure { () throws(ModelFetchError) in
      _ = try ModelSource(parsing: text)
    }
    #expect(failure?.code == .usage && failure?.remedy.isEmpty == false)
  }

  @Test(arguments: ["", "ab", String(repeating: "x", count: 64), String(repeating: "é", count: 32)])
  func `a digest that is none is refused`(digest: String) {
    #expect(
      FileServer.failure { () throws(ModelFetchError) in
        _ = try ModelSource(parsing: "https://x.example/a.zip", sha256: digest)
      }?.code == .usage)
  }

  @Test(arguments: ["all-minilm-l6-v2", "a/b", "https://x.example/dir"])
  func `a digest is for archives only`(text: String) {
    #expect(
      FileServer.failure { () throws(ModelFetchError) in
        _ = try ModelSource(parsing: text, sha256: String(repeating: "0", count: 64))
      }?.code == .usage)
  }
}

/// Models that come as files: from a hub, or from a directory of a web server.
@Suite struct ModelFilesTests {
  typealias Response = LocalHTTPServer.Response

  static let commit = String(repeating: "0a", count: 20)

  /// A hub with one repository, whose branch moves after the first request.
  static func hub(_ files: [String: [UInt8]]) throws -> LocalHTTPServer {
    try LocalHTTPServer { request in
      let path = request.target
      for revision in ["main", commit] {
        let prefix = "/org/Tiny/resolve/\(revision)/"
        guard path.hasPrefix(prefix) else { continue }
        if revision == "main", request.number > 0 { return Response(500, "moved") }
        guard let bytes = files[String(path.dropFirst(prefix.count))] else { return Response(404) }
        var response = FileServer.answer(request, bytes)
        response.headers.append(("X-Repo-Commit", commit))
        return response
      }
      return Response(404)
    }
  }

  @Test func `a repository comes from one commit, with the hub's token`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let files = TinyModel.files()
    let hub = try Self.hub(files)
    defer { hub.close() }
    let fetcher = FileServer.fetcher(folder, hub: hub.url + "/", token: "hf_secret")
    let outcome = try fetcher.fetch(try ModelSource(parsing: "org/Tiny"))
    #expect(try TinyModel.read(outcome.path) == files)
    #expect(hub.requests.allSatisfy { $0["authorization"] == "Bearer hf_secret" })
    #expect(hub.requests.dropFirst().allSatisfy { $0.target.contains(Self.commit) })
    let model = try ModelStore(dataDirectory: folder.path).model("tiny")
    #expect(model.origin?.source == "org/Tiny@main" && model.origin?.revision == Self.commit)
    let note = try FileSystem.readAll(outcome.path + "/fetched.json")
    #expect(!String(decoding: note, as: UTF8.self).contains("hf_secret"))
  }

  @Test func `a token does not go over the network in the clear`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let fetcher = FileServer.fetcher(folder, hub: "http://hub.example", token: "hf_secret")
    let failure = FileServer.failure { () throws(ModelFetchError) in
      _ = try fetcher.fetch(try ModelSource(parsing: "org/tiny"))
    }
    #expect(failure?.code == .usage && failure?.description.contains("hf_secret") == false)
  }

  @Test func `a transformer in a folder of its own, and one without modules, are found`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    var nested: [String: [UInt8]] = [:]
    for (path, bytes) in TinyModel.files() where path != "modules.json" {
      nested[path.contains("/") ? path : "0_Transformer/" + path] = bytes
    }
    nested["modules.json"] = Array(
      #"[{"path":"0_Transformer","type":"x.Transformer"},{"path":"1_Pooling","type":"x.Pooling"}]"#
        .utf8)
    var plain = TinyModel.files()
    plain["modules.json"] = nil
    for (name, files) in [("nested", nested), ("plain", plain)] {
      let server = try LocalHTTPServer { request in
        files[String(request.target.dropFirst(name.count + 2))]
          .map { FileServer.answer(request, $0) } ?? Response(404)
      }
      defer { server.close() }
      let source = try ModelSource(parsing: "\(server.url)/\(name)/")
      let outcome = try FileServer.fetcher(folder).fetch(source)
      #expect(try TinyModel.read(outcome.path) == files)
      #expect(try ModelDescription(directory: outcome.path).dimension == 8)
    }
  }

  @Test(arguments: ["config.json", "model.safetensors", "vocab.txt"])
  func `a model that lacks something is not installed`(missing: String) throws {
    let folder = try TestFolder()
    defer { folder.close() }
    var files = TinyModel.files()
    files[missing] = nil
    let served = files
    let server = try LocalHTTPServer { request in
      served[String(request.target.dropFirst("/tiny/".count))]
        .map { FileServer.answer(request, $0) } ?? Response(404)
    }
    defer { server.close() }
    let failure = FileServer.failure { () throws(ModelFetchError) in
      _ = try FileServer.fetcher(folder).fetch(try ModelSource(parsing: server.url + "/tiny"))
    }
    #expect([.refused, .damaged].contains(failure?.code))
    #expect(try ModelStore(dataDirectory: folder.path).list().isEmpty)
  }

  @Test func `modules cannot lead out of the model`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    for path in ["../../etc", "/etc", "a/b", ".."] {
      let modules = Array(#"[{"path":"\#(path)","type":"x.Transformer"}]"#.utf8)
      let server = try LocalHTTPServer { request in
        request.target.hasSuffix("/modules.json")
          ? FileServer.answer(request, modules) : Response(404)
      }
      defer { server.close() }
      let failure = FileServer.failure { () throws(ModelFetchError) in
        _ = try FileServer.fetcher(folder).fetch(
          try ModelSource(parsing: server.url + "/tiny"), isForced: true)
      }
      #expect(failure?.code == .damaged)
      #expect(server.requests.allSatisfy { !$0.target.contains("etc") })
    }
  }
}

/// What stands in the store.
@Suite struct ModelStoreTests {
  @Test func `the present choice stands first, earlier ones behind it, a few of them`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let store = ModelStore(dataDirectory: folder.path)
    for word in ["a", "b", "a", ModelChoice.remote, "/srv/my model", "c"] {
      try store.choose(ModelChoice(word: word, precision: word == "c" ? "int8" : nil))
    }
    #expect(
      try store.choices() == [
        ModelChoice(word: "c", precision: "int8"), ModelChoice(word: "/srv/my model"),
        ModelChoice(word: ModelChoice.remote), ModelChoice(word: "a"),
      ])
    try FileSystem.replace(store.directory + "/current", with: Array("\n\t\nx\ty\tz\nb\n".utf8))
    #expect(try store.choices() == [ModelChoice(word: "b")])
  }

  @Test func `models are listed with what is wrong with them`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let store = ModelStore(dataDirectory: folder.path)
    #expect(try store.list().isEmpty && store.choices().isEmpty)
    try TinyModel.write(TinyModel.files(), to: store.path(of: "good"))
    var cut = TinyModel.files()
    cut["model.safetensors"]?.removeLast()
    try TinyModel.write(cut, to: store.path(of: "cut"))
    try TinyModel.write(["x": []], to: store.path(of: ".fetch-y"))
    try FileSystem.replace(store.directory + "/current", with: Array("good\n".utf8))
    let models = try store.list()
    #expect(models.map(\.name) == ["cut", "good"] && models.map(\.isCurrent) == [false, true])
    #expect(throws: ModelFetchError.self) { try models[0].description.get() }
    #expect(try models[1].description.get().headCount == 2)
    for name in ["none", "", ".fetch-y", "../models", "current", "a/b"] {
      #expect(FileServer.failure { () throws(ModelFetchError) in _ = try store.model(name) } != nil)
    }
  }

  /// A safetensors file whose head says `json`.
  static func file(_ json: String, data: Int = 4, length: UInt64? = nil) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(length ?? UInt64(json.utf8.count))
    writer.append(Array(json.utf8))
    writer.append([UInt8](repeating: 0, count: data))
    return writer.bytes
  }

  static let damaged: [(String, [UInt8])] = [
    ("empty", []), ("short", [1, 2, 3]), ("no head", file("", data: 0)),
    ("a head beyond the end", file("{}", length: 1 << 40)),
    ("a negative length", file("{}", length: .max)),
    ("no JSON", file("{{")), ("no tensors", file("{}", data: 0)),
    ("too short", file(#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#)),
    ("too long", file(#"{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,2]}}"#)),
    ("no offsets", file(#"{"w":{"dtype":"F32","shape":[1]}}"#)),
    ("a negative end", file(#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,-4]}}"#)),
    (
      "a shape beyond all",
      file(
        #"{"w":{"dtype":"F32","shape":[9223372036854775807,3],"data_offsets":[0,4]}}"#)
    ),
    (
      "an end beyond all",
      file(
        #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#)
    ),
  ]

  @Test(arguments: damaged.map(\.0))
  func `weights that are damaged are named`(name: String) throws {
    let folder = try TestFolder()
    defer { folder.close() }
    var files = TinyModel.files()
    files["model.safetensors"] = Self.damaged.first { $0.0 == name }?.1
    try TinyModel.write(files, to: folder.path + "/m")
    let failure = FileServer.failure { () throws(ModelFetchError) in
      _ = try ModelDescription(directory: folder.path + "/m")
    }
    #expect(failure?.code == .damaged)
    #expect(
      failure?.message.contains("model.safetensors") == true, "\(String(describing: failure))")
  }

  @Test(arguments: ["hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size"])
  func `a config without a number is named with the field`(field: String) throws {
    let folder = try TestFolder()
    defer { folder.close() }
    var files = TinyModel.files()
    let text = String(decoding: files["config.json"] ?? [], as: UTF8.self)
    files["config.json"] = Array(text.replacing("\"\(field)\":", with: "\"other\":").utf8)
    try TinyModel.write(files, to: folder.path + "/m")
    let failure = FileServer.failure { () throws(ModelFetchError) in
      _ = try ModelDescription(directory: folder.path + "/m")
    }
    #expect(failure?.message.contains("config.json: \(field)") == true)
  }
}
