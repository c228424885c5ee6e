/// Writes a typed call of the client for each method that has one request and one reply. Streams
/// are written by hand.
enum ClientWriter {
  static func write(_ methods: [Schema.Method], to file: inout SwiftFile) {
    file.block("extension RPCClient") { file in
      for method in methods where !method.acceptsItems && !method.returnsItems {
        let name = SwiftNames.enumValue(
          "METHOD_" + SwiftNames.upperSnake(method.name), of: "Method")
        file.document(method.comment, otherwise: "Method `\(method.name)` of the schema.")
        file.line("///")
        file.line(
          "/// - Parameter deadlineMilliseconds: How long the answer is of use; nil for ever.")
        file.line("public func \(name)(")
        file.line(
          "  _ request: \(method.input) = \(method.input)(), deadlineMilliseconds: Int? = nil")
        file.block(") throws(RPCError) -> \(method.output)") { file in
          file.line(
            "try call(.\(name), request, deadlineMilliseconds: deadlineMilliseconds)")
        }
        file.line()
      }
    }
  }
}
