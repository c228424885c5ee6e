import Platform

/// The address of a stage's `api_call`: a template in which extracted fields are variables of their
/// own, `{order_number}` as `{extracted_data.order_number}`.
enum FetchAddress {
  /// Whether every variable is known.
  ///
  /// - Parameter schema: What the stage extracts.
  static func check(_ address: String, schema: JSON?) throws(TemplateError) {
    try TemplateText(address).check(defaults: fields(schema, data: nil))
  }

  /// Fills in an address. Values are percent-encoded, so that none can change the host, leave its
  /// place in the path, or add a parameter.
  ///
  /// - Returns: nil where a variable has neither a value nor a fall-back text: then there is
  ///   nothing to ask for yet.
  static func fill(
    _ address: String, _ scope: TemplateScope, data: JSON
  ) throws(TemplateError) -> String? {
    var bare = scope
    bare.message = nil
    bare.fence = { $1 }
    bare.extractedData = data
    let schema = scope.stage?.extractionSchema
    let values = TemplateValues(bare, defaults: fields(schema, data: data))
    let text = try TemplateText(address)
    for variable in text.occurrences where variable.fallback == nil {
      if try values.text(of: variable).isEmpty { return nil }
    }
    return try text.render(values, escaping: percentEncoded)
  }

  /// The schema's fields by their dotted paths, with their values as text.
  private static func fields(
    _ schema: JSON?, data: JSON?, prefix: String = "", depth: Int = 0
  ) -> [String: String] {
    var result: [String: String] = [:]
    guard depth < 8 else { return result }
    for (key, inner) in schema?["properties"]?.object ?? [] {
      let path = prefix + key
      let value = data?.value(at: path)
      result[path] = value.map { $0.string ?? $0.description } ?? ""
      result.merge(fields(inner, data: data, prefix: path + ".", depth: depth + 1)) { old, _ in old
      }
    }
    return result
  }

  /// RFC 3986, section 2.3, without the point, which could lead to another folder.
  private static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".unicodeScalars)
    var encoded = String.UnicodeScalarView()
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        encoded.append(Unicode.Scalar(byte))
      default:
        encoded.append(contentsOf: ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]])
      }
    }
    return String(encoded)
  }
}
