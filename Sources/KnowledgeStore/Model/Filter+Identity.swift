extension Filter {
  /// Bytes that two filters share only if they say the same, byte for byte: `==` takes texts for
  /// equal that are only equivalent.
  var identity: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  private func append(to bytes: inout [UInt8]) {
    func put(_ tag: UInt8, _ texts: [String]) {
      bytes.append(tag)
      Self.put(texts.count, &bytes)
      for text in texts { Self.put(text, &bytes) }
    }
    func put(_ tag: UInt8, _ parts: [Filter]) {
      bytes.append(tag)
      Self.put(parts.count, &bytes)
      for part in parts { part.append(to: &bytes) }
    }
    func put(_ tag: UInt8, _ range: ClosedRange<some FixedWidthInteger>) {
      bytes.append(tag)
      Self.put(Int(range.lowerBound), &bytes)
      Self.put(Int(range.upperBound), &bytes)
    }
    switch self {
    case .category(let texts): put(1, texts)
    case .entryType(let texts): put(2, texts)
    case .keyword(let texts): put(3, texts)
    case .language(let texts): put(4, texts)
    case .active(let wanted): bytes += [5, wanted ? 1 : 0]
    case .priority(let range): put(6, range)
    case .createdAt(let range): put(7, range)
    case .updatedAt(let range): put(8, range)
    case .metadata(let key, let test):
      bytes.append(9)
      Self.put(key, &bytes)
      test.append(to: &bytes)
    case .and(let parts): put(10, parts)
    case .or(let parts): put(11, parts)
    case .not(let part): put(12, [part])
    }
  }

  fileprivate static func put(_ number: Int, _ bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  fileprivate static func put(_ text: String, _ bytes: inout [UInt8]) {
    put(text.utf8.count, &bytes)
    bytes += text.utf8
  }
}

extension MetadataTest {
  fileprivate func append(to bytes: inout [UInt8]) {
    switch self {
    case .exists: bytes.append(1)
    case .anyOf(let values):
      bytes.append(2)
      Filter.put(values.count, &bytes)
      for value in values {
        switch value {
        case .text(let text):
          bytes.append(1)
          Filter.put(text, &bytes)
        case .number(let number):
          bytes.append(2)
          Filter.put(Int(bitPattern: UInt(number.bitPattern)), &bytes)
        case .integer(let number):
          bytes.append(3)
          Filter.put(Int(number), &bytes)
        case .flag(let flag): bytes += [4, flag ? 1 : 0]
        }
      }
    case .number(let bounds):
      bytes.append(3)
      for bound in [bounds.lower, bounds.upper] {
        switch bound {
        case nil: bytes.append(0)
        case .included(let value):
          bytes.append(1)
          Filter.put(Int(bitPattern: UInt(value.bitPattern)), &bytes)
        case .excluded(let value):
          bytes.append(2)
          Filter.put(Int(bitPattern: UInt(value.bitPattern)), &bytes)
        }
      }
    }
  }
}
