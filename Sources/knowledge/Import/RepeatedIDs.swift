import CommandInterface
import Ingest
import RPC

/// Finds rows that stand for the same entry as an earlier row of the input.
///
/// Memory is constant: a table of 65,536 places holds the last identity that fell on each. Rows
/// that stand near each other are always found, and in an input of millions of rows one may be
/// missed; nothing but the remark depends on it.
struct RepeatedIDs: Sendable {
  /// A row that stands for the same entry as an earlier one.
  struct Repeat: Sendable, Equatable {
    let line: Int
    let earlierLine: Int
    /// nil where the rows have no id: their title and content are the same.
    let externalID: String?

    /// The remark to make on it.
    ///
    /// - Parameter name: The input's name.
    func remark(name: String, onConflict: OnConflict) -> String {
      let same = externalID.map { "id \(quoted($0))" } ?? "title and content, and no id,"
      return "\(DisplayText.cleaned(name)): line \(Quantity.count(line)) has the same \(same) as "
        + "line \(Quantity.count(earlierLine)); they are one entry"
        + (onConflict == .update ? ", and the later line stands" : "")
    }
  }

  private static let placeCount = 1 << 16
  /// Line 0 where nothing was seen.
  private var places = [(hash: UInt64, line: Int)](repeating: (0, 0), count: placeCount)

  /// Notes an entry; returns what it repeats.
  mutating func note(_ entry: MappedEntry, line: Int) -> Repeat? {
    let hash = Self.hash(entry)
    let place = Int(truncatingIfNeeded: hash & UInt64(Self.placeCount - 1))
    defer { places[place] = (hash, line) }
    guard places[place].line != 0, places[place].hash == hash else { return nil }
    return Repeat(line: line, earlierLine: places[place].line, externalID: entry.externalID)
  }

  /// FNV-1a of 64 bits over what an entry is known by.
  private static func hash(_ entry: MappedEntry) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    if let id = entry.externalID {
      for byte in id.utf8 { take(byte) }
    } else {
      // 0xFF occurs in no text: ids, titles and contents never run into each other.
      take(0xFF)
      for byte in entry.title.utf8 { take(byte) }
      take(0xFF)
      for byte in entry.content.utf8 { take(byte) }
    }
    return hash
  }
}
