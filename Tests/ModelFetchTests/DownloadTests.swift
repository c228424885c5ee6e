import Glibc
import HTTP
import Platform
import Synchronization
import TestSupport
import Testing

@testable import ModelFetch

/// One archive, over every kind of bad line.
@Suite struct DownloadTests {
  typealias Response = LocalHTTPServer.Response
  typealias Request = LocalHTTPServer.Request

  let folder: TestFolder
  let files = TinyModel.files()
  let archive: [UInt8]
  let digest: String

  init() throws {
    folder = try TestFolder()
    archive = try TinyModel.archive(files, in: folder, ending: ".zip")
    digest = hexadecimal(SHA256.hash(archive))
  }

  /// Fetches from a server that answers so.
  func fetch(
    _ server: LocalHTTPServer, sha256: String? = nil, pauses: FileServer.Pauses = .init(),
    isForced: Bool = false
  ) throws(ModelFetchError) -> ModelFetcher.Outcome {
    try FileServer.fetcher(folder, pauses: pauses).fetch(
      try ModelSource(parsing: server.url + "/a/tiny.zip?signature=secret", sha256: sha256),
      isForced: isForced)
  }

  var target: String { folder.path + "/models/tiny" }
  func leftovers() throws -> [String] {
    try FileSystem.list(folder.path + "/models").filter { $0 != "tiny" && $0 != ".lock-tiny" }
  }

  @Test func `a model comes whole, is described, and is not fetched twice`() throws {
    defer { folder.close() }
    let server = try LocalHTTPServer { [archive] in FileServer.answer($0, archive) }
    defer { server.close() }
    let seen = Mutex<[FetchProgress]>([])
    let source = try ModelSource(
      parsing: server.url + "/a/tiny.zip?signature=secret", sha256: digest)
    let fetcher = FileServer.fetcher(folder) { progress in seen.withLock { $0.append(progress) } }
    let outcome = try fetcher.fetch(source)
    #expect(outcome == .init(name: "tiny", path: target, wasThere: false))
    #expect(try TinyModel.read(target) == files)
    #expect(try leftovers() == [])
    let steps = seen.withLock { $0 }
    #expect(
      steps.last
        == FetchProgress(
          file: "archive.zip", byteCount: archive.count, totalByteCount: archive.count))
    #expect(steps.map(\.byteCount) == steps.map(\.byteCount).sorted())

    let store = ModelStore(dataDirectory: folder.path)
    let model = try store.model("tiny")
    let description = try model.description.get()
    #expect(description.layerCount == 2 && description.dimension == 8)
    #expect(description.parameterCount == 5000 && description.precision == "F32")
    #expect(description.tokenLimit == 32 && description.vocabularyCount == 5)
    #expect(model.origin?.source == server.url + "/a/tiny.zip")
    let note = try FileSystem.readAll(target + "/fetched.json")
    #expect(!String(decoding: note, as: UTF8.self).contains("secret"))
    let weights = try #require(files["model.safetensors"])
    #expect(
      try JSON.parse(note)["files"]?["model.safetensors"]?["sha256"]
        == .string(hexadecimal(SHA256.hash(weights))))

    #expect(try fetcher.fetch(source).wasThere)
    #expect(server.requests.count == 1)
    #expect(try !fetcher.fetch(source, isForced: true).wasThere)
    #expect(server.requests.count == 2)
    #expect(try TinyModel.read(target) == files && leftovers() == [])
  }

  @Test func `a transfer that is cut off again and again goes on where it stopped`() throws {
    defer { folder.close() }
    // Each answer brings at most 1,000 bytes: far more failures than attempts in a row are allowed.
    let server = try LocalHTTPServer { [archive] request in
      var response = FileServer.answer(request, archive)
      response.cutAfter = min(1000, response.body.count)
      return response
    }
    defer { server.close() }
    let pauses = FileServer.Pauses()
    _ = try fetch(server, sha256: digest, pauses: pauses)
    #expect(try TinyModel.read(target) == files)
    let count = (archive.count + 999) / 1000
    #expect(server.requests.count == count && count > 10)
    for (number, request) in server.requests.enumerated().dropFirst() {
      #expect(request["range"] == "bytes=\(number * 1000)-" && request["if-range"] == "\"v1\"")
    }
    #expect(pauses.all.allSatisfy { $0 == 500 })
  }

  @Test func `what an earlier process brought is gone on with`() throws {
    defer { folder.close() }
    let isBroken = Mutex(true)
    let server = try LocalHTTPServer { [archive] request in
      guard isBroken.withLock({ $0 }) else { return FileServer.answer(request, archive) }
      if request.number > 0 { return Response(503) }
      var response = FileServer.answer(request, archive)
      response.cutAfter = 7000
      return response
    }
    defer { server.close() }
    let failure = FileServer.failure { () throws(ModelFetchError) in _ = try fetch(server) }
    #expect(failure?.code == .unreachable && failure?.message.contains("secret") == false)
    #expect(failure?.remedy.contains("goes on where it stopped") == true)
    #expect(server.requests.count == 4)
    #expect(try leftovers() == [".fetch-tiny"] && !FileSystem.exists(target))
    isBroken.withLock { $0 = false }
    _ = try fetch(server)
    #expect(server.requests.last?["range"] == "bytes=7000-")
    #expect(try TinyModel.read(target) == files && leftovers() == [])
  }

  @Test func `a file that changed in between is fetched from its beginning`() throws {
    defer { folder.close() }
    let other = TinyModel.files(layers: 3)
    let newer = try TinyModel.archive(other, in: folder, ending: ".zip")
    let server = try LocalHTTPServer { [archive] request in
      guard request.number == 0 else { return FileServer.answer(request, newer, tag: "\"v2\"") }
      var response = FileServer.answer(request, archive)
      response.cutAfter = 7000
      return response
    }
    defer { server.close() }
    _ = try fetch(server)
    #expect(server.requests.map { $0["if-range"] } == [nil, "\"v1\""])
    #expect(try TinyModel.read(target) == other)
  }

  @Test(arguments: [nil, "W/\"weak\"", "bare"] as [String?])
  func `without a strong tag a part counts only where the whole is checked`(tag: String?) throws {
    defer { folder.close() }
    let server = try LocalHTTPServer { [archive] request in
      var response = FileServer.answer(request, archive, tag: tag)
      if request.number % 2 == 0 { response.cutAfter = 7000 }
      return response
    }
    defer { server.close() }
    _ = try fetch(server)
    #expect(server.requests.map { $0["range"] } == [nil, nil])
    _ = try fetch(server, sha256: digest, isForced: true)
    #expect(server.requests.map { $0["range"] } == [nil, nil, nil, "bytes=7000-"])
    #expect(server.requests.allSatisfy { $0["if-range"] == nil })
    #expect(try TinyModel.read(target) == files)
  }

  @Test func `a whole that does not fit its SHA-256 is thrown away, and never installed`() throws {
    defer { folder.close() }
    let wrong = String(repeating: "ab", count: 32)
    let server = try LocalHTTPServer { [archive] request in
      var response = FileServer.answer(request, archive)
      if request.number == 0 { response.cutAfter = 7000 }
      return response
    }
    defer { server.close() }
    let failure = FileServer.failure { () throws(ModelFetchError) in
      _ = try fetch(server, sha256: wrong)
    }
    #expect(failure?.code == .damaged && failure?.message.contains(digest) == true)
    // Put together from two answers, it was given one more chance from the beginning.
    #expect(server.requests.map { $0["range"] } == [nil, "bytes=7000-", nil])
    #expect(!FileSystem.exists(target))
    _ = try fetch(server, sha256: digest)
    #expect(try TinyModel.read(target) == files)
  }

  @Test func `a server that ignores ranges, or misplaces them, does no harm`() throws {
    defer { folder.close() }
    let server = try LocalHTTPServer { [archive] request in
      var response = Response()
      response.headers = [("ETag", "\"v1\"")]
      response.body = archive
      if request.number == 0 { response.cutAfter = 7000 }
      return response
    }
    defer { server.close() }
    _ = try fetch(server)
    #expect(server.requests.count == 2)
    #expect(try TinyModel.read(target) == files)

    let liar = try LocalHTTPServer { [archive] request in
      var response = FileServer.answer(request, archive)
      if request.number == 0 { response.cutAfter = 7000 }
      if request.number == 1 {
        response.headers = [("Content-Range", "bytes 0-9/\(archive.count)")]
      }
      return response
    }
    defer { liar.close() }
    let failure = FileServer.failure { () throws(ModelFetchError) in
      _ = try fetch(liar, isForced: true)
    }
    #expect(failure?.code == .refused)
    #expect(try TinyModel.read(target) == files)
  }

  @Test func `a part that is whole already, or too long, ends well`() throws {
    defer { folder.close() }
    let server = try LocalHTTPServer { [archive] request in
      var response = FileServer.answer(request, archive)
      if request.number == 0 { response.cutAfter = 7000 }
      if request.number == 1 { response = Response(403) }
      return response
    }
    defer { server.close() }
    #expect(
      FileServer.failure { () throws(ModelFetchError) in _ = try fetch(server) }?.code == .refused)
    let part = folder.path + "/models/.fetch-tiny/archive.zip.part"
    try FileSystem.replace(part, with: archive)
    _ = try fetch(server)
    #expect(server.requests.last?["range"] == "bytes=\(archive.count)-")
    #expect(try TinyModel.read(target) == files)
  }

  @Test func `a full disk is told with what is missing, and the rest comes later`() throws {
    defer { folder.close() }
    let server = try LocalHTTPServer { [archive] in FileServer.answer($0, archive) }
    defer { server.close() }
    let prefix = folder.path + "/"
    let faults = CallFaults.arm { call, path in
      call == "pwrite" && path.hasPrefix(prefix) && path.hasSuffix(".part") ? ENOSPC : nil
    }
    let failure = FileServer.failure { () throws(ModelFetchError) in _ = try fetch(server) }
    faults.disarm()
    #expect(failure?.code == .refused && failure?.message.contains("1 MB more") == true)
    #expect(failure?.remedy.contains("free room") == true)
    #expect(server.requests.count == 1)
    _ = try fetch(server)
    #expect(try TinyModel.read(target) == files)
  }

  @Test func `a second fetcher of the same model is turned away`() throws {
    defer { folder.close() }
    let arrived = Condition(0)
    let server = try LocalHTTPServer { [archive] request in
      arrived.withLock { $0 += 1 }
      _ = arrived.wait { $0 >= 10 ? true : nil }
      return FileServer.answer(request, archive)
    }
    defer { server.close() }
    let fetcher = FileServer.fetcher(folder)
    let source = try ModelSource(parsing: server.url + "/a/tiny.zip")
    let first = Thread.spawn(name: "first") { _ = try? fetcher.fetch(source) }
    _ = arrived.wait { $0 >= 1 ? true : nil }
    let failure = FileServer.failure { () throws(ModelFetchError) in _ = try fetch(server) }
    arrived.withLock { $0 = 10 }
    first.join()
    #expect(failure?.code == .busy)
    #expect(try TinyModel.read(target) == files)
    #expect(server.requests.count == 1)
  }

  @Test func `a fetch that is cancelled keeps what it has`() throws {
    defer { folder.close() }
    let cancellation = HTTPCancellation()
    let server = try LocalHTTPServer { [archive] request in
      var response = FileServer.answer(request, archive)
      if request.number == 0 {
        // Half of it, and then nothing.
        let sent = Mutex(0)
        response.chunks = {
          let number = sent.withLock { sent in
            sent += 1
            return sent
          }
          if number == 1 { return Array(archive.prefix(9000)) }
          while !cancellation.isCancelled { Thread.sleep(milliseconds: 1) }
          return nil
        }
      }
      return response
    }
    defer { server.close() }
    let fetcher = FileServer.fetcher(folder, cancellation: cancellation) { progress in
      if progress.byteCount == 9000 { cancellation.cancel() }
    }
    let failure = FileServer.failure { () throws(ModelFetchError) in
      _ = try fetcher.fetch(try ModelSource(parsing: server.url + "/a/tiny.zip?signature=secret"))
    }
    #expect(failure?.code == .interrupted && server.requests.count == 1)
    _ = try fetch(server)
    #expect(server.requests.last?["range"] == "bytes=9000-")
    #expect(try TinyModel.read(target) == files)
  }

  @Test(arguments: [404, 401, 403, 400, 302])
  func `what the server refuses is told at once`(status: Int) throws {
    defer { folder.close() }
    let server = try LocalHTTPServer { _ in
      Response(status, "no", headers: [("Location", "/a/tiny.zip")])
    }
    defer { server.close() }
    let failure = FileServer.failure { () throws(ModelFetchError) in _ = try fetch(server) }
    #expect(failure?.code == .refused && failure?.remedy.isEmpty == (status == 302))
    #expect(failure?.description.contains("secret") == false)
    #expect(server.requests.count == (status == 302 ? 11 : 1))
    #expect(!FileSystem.exists(target))
  }

  @Test func `a model that was damaged is fetched again`() throws {
    defer { folder.close() }
    let server = try LocalHTTPServer { [archive] in FileServer.answer($0, archive) }
    defer { server.close() }
    _ = try fetch(server)
    let weights = try #require(files["model.safetensors"])
    try FileSystem.replace(target + "/model.safetensors", with: Array(weights.dropLast()))
    #expect(try !fetch(server).wasThere)
    #expect(try TinyModel.read(target) == files)
  }

  @Test func `the page of an error is not read for ever`() throws {
    defer { folder.close() }
    let server = try LocalHTTPServer { _ in
      var response = Response(500)
      response.chunks = { [UInt8](repeating: 0x20, count: 100_000) }
      return response
    }
    defer { server.close() }
    let failure = FileServer.failure { () throws(ModelFetchError) in _ = try fetch(server) }
    #expect(failure?.code == .unreachable && server.requests.count == 1)
  }

  @Test func `a model that was being replaced when the process ended is there again`() throws {
    defer { folder.close() }
    let server = try LocalHTTPServer { [archive] in FileServer.answer($0, archive) }
    defer { server.close() }
    _ = try fetch(server)
    try FileSystem.rename(target, to: folder.path + "/models/.old-tiny")
    #expect(try fetch(server).wasThere)
    #expect(try TinyModel.read(target) == files && leftovers() == [])
    #expect(server.requests.count == 1)
  }
}
