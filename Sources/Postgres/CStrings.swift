import CLibPQ

/// Lends `texts` as a NULL-terminated array of C strings.
func withCStrings<Value>(
  _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
  var bytes: [CChar] = []
  var offsets: [Int] = []
  for text in texts {
    offsets.append(bytes.count)
    bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
    bytes.append(0)
  }
  return unsafe bytes.withUnsafeBufferPointer { buffer in
    let start = buffer.baseAddress
    let pointers = unsafe offsets.map { offset in unsafe start.map { unsafe $0 + offset } } + [nil]
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
  }
}

/// Lends parameters in the four parallel arrays that libpq takes, all in binary.
func withParameters<Value>(
  _ parameters: [PostgresValue],
  _ body: (
    UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<CInt>?,
    UnsafePointer<CInt>?
  ) -> Value
) -> Value {
  if parameters.isEmpty { return body(nil, nil, nil, nil) }
  var writer = PostgresFieldWriter()
  var ranges: [Range<Int>?] = []
  for parameter in parameters {
    // Skip the count that stands before each value: libpq sends its own.
    let start = writer.bytes.count + 4
    writer.append(parameter)
    ranges.append(parameter == .null ? nil : start..<writer.bytes.count)
  }
  let types: [Oid] = parameters.map(\.typeID)
  let lengths = ranges.map { CInt($0?.count ?? 0) }
  let formats = [CInt](repeating: 1, count: parameters.count)
  return unsafe writer.bytes.withUnsafeBytes { bytes in
    let values = unsafe ranges.map { range in
      unsafe range.map { range in
        unsafe bytes.baseAddress!.assumingMemoryBound(to: CChar.self) + range.lowerBound
      }
    }
    return unsafe values.withUnsafeBufferPointer { values in
      unsafe body(types, values.baseAddress, lengths, formats)
    }
  }
}
