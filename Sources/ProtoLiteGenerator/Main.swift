import Glibc
import Platform

/// `protoc-gen-protolite`: reads protoc's CodeGeneratorRequest from standard input and writes the
/// Swift codec of each file to standard output. Use:
///
///     protoc -Iproto-lite --plugin=protoc-gen-protolite=PATH/ProtoLiteGenerator \
///       --protolite_out=Sources/RPC/Generated --protolite_opt=schema=proto-lite/knowledge.proto \
///       proto-lite/knowledge.proto
///
/// The parameter `schema` names the file whose text the program embeds (method Describe).
@main struct Main {
  static func main() {
    var response = ResponseWriter()
    do {
      try generate(into: &response)
    } catch {
      response = ResponseWriter()
      response.field(1, error.message)
    }
    let bytes = response.bytes
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(STDOUT_FILENO, buffer.baseAddress! + written, buffer.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { exit(74) }
      written += count
    }
  }

  private static func generate(into response: inout ResponseWriter) throws(GeneratorError) {
    let request = try WireMessage(try readStandardInput()[...])
    response.supportsOptionalFields()
    let wanted = Set(request.strings(1))
    for file in try request.messages(15) where wanted.contains(file.string(1)) {
      let schema = try Schema(file: file)
      let base = SwiftNames.type(
        String(schema.fileName.split(separator: "/").last?.split(separator: ".").first ?? ""))
      var enums = SwiftFile(source: schema.fileName)
      enums.line()
      for enumeration in schema.enumerations { EnumWriter.write(enumeration, to: &enums) }
      if let methods = schema.enumerations.first(where: { $0.name == "Method" }) {
        try EnumWriter.writeMethods(schema.methods, of: methods, to: &enums)
      }
      response.file("\(base)Enums.swift", enums.text)
      var messages = SwiftFile(source: schema.fileName)
      messages.line()
      for message in schema.messages { MessageWriter(message).write(to: &messages) }
      response.file("\(base)Messages.swift", messages.text)
      if !schema.methods.isEmpty {
        var client = SwiftFile(source: schema.fileName)
        client.line()
        ClientWriter.write(schema.methods, to: &client)
        response.file("\(base)Client.swift", client.text)
      }
      if let text = try schemaText(parameter: request.string(2)) {
        response.file("\(base)Schema.swift", embed(text, source: schema.fileName, base: base))
      }
    }
  }

  private static func embed(_ text: String, source: String, base: String) -> String {
    var file = SwiftFile(source: source)
    file.line()
    file.document("", otherwise: "The schema's own text, as method Describe returns it.")
    file.line("public let \(base.lowercased())SchemaText = ##\"\"\"")
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      file.line(String(line))
    }
    file.line()
    file.line("\"\"\"##")
    return file.text
  }

  private static func schemaText(parameter: String) throws(GeneratorError) -> String? {
    guard !parameter.isEmpty else { return nil }
    guard parameter.hasPrefix("schema=") else {
      throw GeneratorError("unknown parameter \(parameter); the only one is schema=FILE")
    }
    let path = String(parameter.dropFirst("schema=".count))
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw GeneratorError("cannot open \(path), which schema= names") }
    defer { close(file) }
    return String(decoding: try readAll(file), as: UTF8.self)
  }

  private static func readStandardInput() throws(GeneratorError) -> [UInt8] {
    try readAll(STDIN_FILENO)
  }

  private static func readAll(_ file: CInt) throws(GeneratorError) -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe read(file, buffer.baseAddress, buffer.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw GeneratorError("cannot read the input: errno \(errno)") }
      if count == 0 { return all }
      all += chunk[..<count]
    }
  }
}
