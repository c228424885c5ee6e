import Platform
import TestSupport
import Testing

@testable import ModelFetch

@Suite struct ArchiveTests {
  static func extract(_ bytes: [UInt8], isTar: Bool, _ folder: TestFolder) throws(ModelFetchError)
    -> String
  {
    let path = folder.path + "/a-\(UUID.random())"
    try system { () throws(SystemError) in
      try FileSystem.replace(path, with: bytes)
      try FileSystem.createDirectories(path + ".out")
    }
    try ModelArchive(path: path, isTar: isTar).extract(to: path + ".out")
    return path + ".out"
  }

  @Test(arguments: [".zip", ".tar.gz"])
  func `the model is found within an archive, and nothing else is written`(ending: String) throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let files = TinyModel.files(weights: 300_000)
    var packed = files
    packed["other.bin"] = [1, 2, 3]
    packed["onnx/model.onnx"] = [1, 2, 3]
    let archive = try TinyModel.archive(packed, in: folder, ending: ending)
    let output = try Self.extract(archive, isTar: ending == ".tar.gz", folder)
    #expect(try TinyModel.read(output) == files)
  }

  /// An archive that was cut short, or has a flipped bit, is refused or gives the same files: no
  /// crash and no wrong bytes.
  @Test(arguments: [".zip", ".tar.gz"])
  func `damage is noticed`(ending: String) throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let files = TinyModel.files(weights: 50)
    let archive = try TinyModel.archive(files, in: folder, ending: ending)
    let isTar = ending == ".tar.gz"
    var generator = SeededGenerator(seed: 11)
    var refused = 0
    for round in 0..<120 {
      var bytes = archive
      if round % 4 == 0 {
        bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator))
      } else {
        let place = Int.random(in: bytes.indices, using: &generator)
        bytes[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
      }
      do throws(ModelFetchError) {
        let output = try Self.extract(bytes, isTar: isTar, folder)
        for (path, content) in (try? TinyModel.read(output)) ?? [:] {
          #expect(content == files[path], "round \(round): \(path)")
        }
      } catch {
        refused += 1
        #expect(error.code == .damaged, "round \(round): \(error)")
      }
    }
    #expect(refused > 75)
  }

  @Test func `paths that lead out of the model are passed over`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let script = """
      import sys, tarfile, zipfile, io
      names = ['m/model.safetensors', 'm/../../../config.json', '/etc/config.json', 'm//config.json',
               'm/a/b/config.json', 'm/..\\\\config.json', '../vocab.txt', 'm/./vocab.txt']
      with zipfile.ZipFile(sys.argv[1] + '.zip', 'w') as out:
        for name in names: out.writestr(name, b'x')
      with tarfile.open(sys.argv[1] + '.tar.gz', 'w:gz', format=tarfile.USTAR_FORMAT) as out:
        for name in names:
          info = tarfile.TarInfo(name); info.size = 1
          out.addfile(info, io.BytesIO(b'x'))
        link = tarfile.TarInfo('m/vocab.txt'); link.type = tarfile.SYMTYPE; link.linkname = '/etc/passwd'
        out.addfile(link)
      """
    let base = folder.path + "/bad"
    let made = try Program.run("/usr/bin/env", ["python3", "-c", script, base])
    try #require(made.status == 0, "\(made)")
    for isTar in [false, true] {
      let bytes = try FileSystem.readAll(base + (isTar ? ".tar.gz" : ".zip"))
      let output = try Self.extract(bytes, isTar: isTar, folder)
      #expect(try FileSystem.list(output) == ["model.safetensors"])
      #expect(!FileSystem.exists(folder.path + "/config.json"))
      #expect(!FileSystem.exists(folder.path + "/vocab.txt"))
    }
  }

  @Test func `an archive of something else, and no archive at all, are refused`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let other = try TinyModel.archive(["a.txt": [1]], in: folder, ending: ".zip")
    let cases: [([UInt8], Bool)] = [
      (other, false), ([], false), ([], true), (Array("<html>".utf8), false),
      (Array("<html>".utf8), true), ([UInt8](repeating: 0, count: 100_000), false),
    ]
    for (bytes, isTar) in cases {
      let failure = FileServer.failure { () throws(ModelFetchError) in
        _ = try Self.extract(bytes, isTar: isTar, folder)
      }
      #expect(failure?.code == .damaged && failure?.remedy.isEmpty == false)
    }
  }

  @Test func `a tar stream may come in pieces of any size`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let files = TinyModel.files(weights: 50)
    let packed = try TinyModel.archive(files, in: folder, ending: ".tar.gz")
    let reader = try GzipReader()
    var bytes: [UInt8] = []
    _ = try reader.inflate(packed.span.bytes, onto: &bytes, limit: 1 << 24)
    var expected: [String: [UInt8]] = [:]
    for size in [bytes.count, 1, 7, 511, 512, 513, 4096] {
      var scanner = TarScanner()
      var found: [String: [UInt8]] = [:]
      var name = ""
      for start in stride(from: 0, to: bytes.count, by: size) {
        try scanner.take(Array(bytes[start..<min(start + size, bytes.count)])) { path, count in
          name = path
          found[name] = []
          return true
        } receive: { piece in
          found[name]? += piece
        }
      }
      try scanner.finish()
      if expected.isEmpty { expected = found }
      #expect(found == expected && found.count == files.count + 1)
    }
  }
}
