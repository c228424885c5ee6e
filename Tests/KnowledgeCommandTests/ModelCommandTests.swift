import CommandInterface
import Glibc
import Platform
import TestSupport
import Testing

@testable import knowledge

/// What the model commands fetch, print and return.
@Suite struct ModelCommandTests {
  let service = FakeService()

  /// A whole model of one tensor; what it would embed is nobody's concern here.
  static let files: [String: [UInt8]] = {
    let head = #"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#
    var weights = ByteWriter()
    weights.append(UInt64(head.utf8.count))
    weights.append(Array(head.utf8) + [UInt8](repeating: 1, count: 12))
    let config = """
      {"architectures":["BertModel"],"num_hidden_layers":2,"hidden_size":8,\
      "num_attention_heads":2,"vocab_size":5,"max_position_embeddings":64}
      """
    return [
      "config.json": Array(config.utf8), "vocab.txt": Array("a\nb\n".utf8),
      "model.safetensors": weights.bytes,
    ]
  }()

  @Test func `a model is chosen once it works, and texts are embedded with it`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let data = folder.path
    let missing = service.run("model", "use", "nowhere", "--data", data)
    #expect(missing.exit != .ok && missing.error.contains("knowledge model fetch"))
    // The shape of a model, without the tensors of one.
    for (name, bytes) in Self.files {
      try FileSystem.createDirectories(data + "/broken")
      try FileSystem.replace(data + "/broken/" + name, with: bytes)
    }
    let broken = service.run("model", "use", data + "/broken", "--data", data)
    #expect(broken.exit == .failed && broken.error.contains(data + "/broken"), "\(broken)")
    #expect(!FileSystem.exists(data + "/models/current"))

    let used = service.run("model", "use", "built-in", "--data", data)
    #expect(used.exit == .ok && used.output == "hashed-384, 384 dimensions\n", "\(used)")
    let kept = service.run("model", "use", "nowhere", "--if-unset", "--data", data)
    #expect(kept.exit == .ok && kept.output.isEmpty)

    let one = service.run("embed", "how do I return shoes", "--data", data)
    let vector = try #require(try JSON.parse(one.output).array).compactMap(\.double)
    #expect(one.exit == .ok && vector.count == 384)
    #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    let passage = service.run(
      "embed", "how do I return shoes", "--role", "passage", "--model", "built-in", "--data", data)
    #expect(passage.exit == .ok && passage.output.utf8.count > 384)
    let unknown = service.run("embed", "x", "--model", "remote", "--data", data)
    #expect(unknown.exit == .usage && unknown.error.contains("KNOWLEDGE_EMBEDDING_URL"))
  }

  @Test func `a model is fetched, listed and described`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let server = try LocalHTTPServer { request in
      var response = LocalHTTPServer.Response()
      guard let bytes = Self.files[String(request.target.dropFirst("/m/tiny/".count))] else {
        return LocalHTTPServer.Response(404)
      }
      response.body = bytes
      return response
    }
    defer { server.close() }
    let data = folder.path
    let (exit, output, error) = service.run(
      "model", "fetch", server.url + "/m/tiny", "--data", data)
    #expect(exit == .ok && error.isEmpty, "\(error)")
    #expect(
      output == """
        tiny fetched into \(data)/models/tiny
          BertModel, 2 layers, 8 floats, 64 tokens, 3 parameters in F32, \
        \(try ModelCommandTests.size(data + "/models/tiny"))

        """)
    let count = server.requests.count
    let again = service.run("model", "fetch", server.url + "/m/tiny", "--data", data, "--json")
    let json = try JSON.parse(again.output)
    #expect(again.exit == .ok && json["fetched"] == .bool(false))
    #expect(json["dimension"]?.int == 8 && json["current"] == .bool(false))
    #expect(json["source"] == .string(server.url + "/m/tiny"))
    #expect(server.requests.count == count)

    try FileSystem.replace(data + "/models/current", with: Array("tiny\n".utf8))
    let list = service.run("model", "list", "--data", data)
    #expect(list.exit == .ok && list.output.contains("tiny (in use)"))
    #expect(list.error.contains("knowledge model fetch all-minilm-l6-v2"))
    let listed = try JSON.parse(service.run("model", "list", "--data", data, "--json").output)
    #expect(listed["models"]?[0]?["name"] == .string("tiny"))
    #expect(listed["models"]?[0]?["current"] == .bool(true))
    #expect(listed["not_fetched"]?[0] == .string("all-minilm-l6-v2"))

    for word in ["tiny", data + "/models/tiny"] {
      let info = service.run("model", "info", word, "--data", data)
      #expect(info.exit == .ok && info.output.contains("BertModel, 2 layers"))
      #expect(info.output.contains("source     \(server.url)/m/tiny"))
    }
  }

  static func size(_ directory: String) throws -> String {
    var total = 0
    for name in try FileSystem.list(directory) {
      total += try FileSystem.byteCount(of: directory + "/" + name)
    }
    return Quantity.bytes(total)
  }

  @Test func `a damaged model is listed as such, and described by what is wrong`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let path = folder.path + "/models/tiny"
    try FileSystem.createDirectories(path)
    for (name, bytes) in Self.files where name != "model.safetensors" {
      try FileSystem.replace(path + "/" + name, with: bytes)
    }
    let list = service.run("model", "list", "--data", folder.path)
    #expect(list.exit == .exceptions && list.output.contains("damaged"))
    let info = service.run("model", "info", "tiny", "--data", folder.path)
    #expect(info.exit == .failed && info.error.contains("model.safetensors is missing"))
  }

  @Test func `links to plain files are a model, a pipe is none`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let (blobs, model) = (folder.path + "/blobs", folder.path + "/model")
    for path in [blobs, model] { try FileSystem.createDirectories(path) }
    for (name, bytes) in Self.files {
      try FileSystem.replace(blobs + "/" + name, with: bytes)
      #expect(symlink("../blobs/" + name, model + "/" + name) == 0)
    }
    let info = service.run("model", "info", model, "--data", folder.path)
    #expect(info.exit == .ok && info.output.contains("BertModel, 2 layers"), "\(info)")
    let embed = {
      self.service.run("embed", "x", "--model", model, "--data", folder.path)
    }
    for name in ["sentence_bert_config.json", "model.safetensors", "config.json"] {
      try FileSystem.remove(model + "/" + name)
      #expect(mkfifo(model + "/" + name, 0o600) == 0)
      let info = service.run("model", "info", model, "--data", folder.path)
      #expect(info.exit == .failed && info.error.contains(name), "\(info)")
      if name == "config.json" {
        #expect(embed().exit == .failed && embed().error.contains("no plain file"), "\(embed())")
      }
      try FileSystem.remove(model + "/" + name)
      if name != "config.json" { #expect(symlink("../blobs/" + name, model + "/" + name) == 0) }
      if name.hasPrefix("sentence") { try FileSystem.remove(model + "/" + name) }
    }
  }

  @Test func `a name that has a meaning is reserved`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    for name in ["built-in", "remote"] {
      let (exit, _, error) = service.run("model", "fetch", "--name", name, "--data", folder.path)
      #expect(exit == .usage && error.contains("\(name) is reserved"), "\(error)")
    }
  }

  @Test func `what goes wrong has its exit code and a remedy`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let server = try LocalHTTPServer { _ in .init(404) }
    server.close()
    let cases: [([String], ExitCode)] = [
      (["model", "fetch", "nonsense"], .usage),
      (["model", "fetch", "ftp://x.example/a.zip"], .usage),
      (["model", "fetch", "https://x.example/a.zip", "--sha256", "12"], .usage),
      (["model", "info", "none"], .failed), (["model", "info", "./none"], .failed),
    ]
    for (words, exit) in cases {
      let outcome = service.run(words + ["--data", folder.path])
      #expect(outcome.exit == exit, "\(words)")
      #expect(outcome.error.hasPrefix("knowledge: ") && outcome.error.contains("\n  "), "\(words)")
    }
    let empty = service.run("model", "list", "--data", folder.path)
    #expect(empty.exit == .ok && empty.output.isEmpty)
  }

  @Test func `a download's progress is shown in bytes`() {
    let progress = TransferProgress(
      verb: "fetch", name: "archive.zip", rowCount: 0, rejectedCount: 0,
      inputBytes: 60 << 20, inputByteCount: 80 << 20, elapsedSeconds: 2,
      downloadedBefore: 40 << 20)
    #expect(
      progress.line() == "fetch archive.zip: 75%, 60 MiB of 80 MiB, 10 MiB/s, 0:02 left")
    #expect(progress.bar(columns: 80, style: .plain).contains("█"))
  }
}
