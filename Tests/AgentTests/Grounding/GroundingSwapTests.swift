import Platform
import Testing

@testable import Agent

/// Facts of the demo shop's entries, swapped one at a time.
@Suite struct GroundingSwapTests {
  private func source(_ entry: DemoShop.Entry) -> String {
    let facts = CatalogueFacts(entry.metadata).lines.joined(separator: "\n")
    return "[1] \(entry.title) (\(entry.id))\n\(facts)\n\(entry.text)"
  }

  /// Places of the digits, capitals' codes, links and counted words of a text, with what to swap
  /// them for: found without the code under test.
  private func swaps(
    of text: String, _ random: inout SeededGenerator
  ) -> [(Range<Int>, String)] {
    let bytes = Array(text.utf8)
    var swaps: [(Range<Int>, String)] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] &- 0x30 < 10 else {
        index += 1
        continue
      }
      let start = index
      while index < bytes.count, bytes[index] &- 0x30 < 10 { index += 1 }
      // Numbers of lists and ordinals are no claims.
      let lineStart = start == 0 || bytes[start - 1] == 0x0A
      if lineStart, index < bytes.count, bytes[index] == 0x2E { continue }
      let tail = String(decoding: bytes[index..<min(index + 2, bytes.count)], as: UTF8.self)
      if ["st", "nd", "rd", "th"].contains(tail) { continue }
      let old = String(decoding: bytes[start..<index], as: UTF8.self)
      let new = String((0..<old.count).map { _ in "123456789".randomElement(using: &random)! })
      if new != old { swaps.append((start..<index, new)) }
    }
    for (old, new) in [
      ("@", "@x"), (".com", ".co"), ("https://", "https://a."), ("two weeks", "six weeks"),
      ("two working days", "four working days"), ("EUR", "USD"), ("€", "£"), ("November", "March"),
      ("December", "April"), ("24 ", "27 "), ("BT-", "BX-"), ("RET-", "SHP-"),
    ] {
      for range in text.ranges(of: old) {
        let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
        swaps.append((start..<start + old.utf8.count, new))
      }
    }
    return swaps
  }

  private func swapped(_ text: String, _ range: Range<Int>, _ new: String) -> String {
    var bytes = Array(text.utf8)
    bytes.replaceSubrange(range, with: Array(new.utf8))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether what was swapped in is still said by the source elsewhere.
  private func isSaid(_ source: String, _ answer: String, _ range: Range<Int>, _ new: String)
    -> Bool
  {
    // The whole number, code or link around the swap.
    let bytes = Array(answer.utf8)
    let isPart: (UInt8) -> Bool = {
      $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || $0 == 0x2E || $0 == 0x2C || $0 == 0x2D
    }
    var start = range.lowerBound
    var end = range.lowerBound + new.utf8.count
    while start > 0, isPart(bytes[start - 1]) { start -= 1 }
    while end < bytes.count, isPart(bytes[end]) { end += 1 }
    let whole = String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
    let trimmed = whole.drop { ".,-".contains($0) }
    let digits = new.allSatisfy(\.isNumber)
    let parts = source.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    if let digit = Int(new), 1...9 ~= digit, parts.contains(words[digit - 1]) { return true }
    return digits
      ? parts.contains(new) || source.lowercased().contains(trimmed)
        || parts.contains {
          $0.filter(\.isNumber) == new
        }
      : false
  }

  @Test func `every swapped fact of the demo shop is caught, and no true one`() {
    var random = SeededGenerator(seed: 61)
    var caught = 0
    var missed: [String] = []
    var falseStops: [String] = []
    let entries = DemoShop.knowledge + DemoShop.products
    #expect(entries.count > 250)
    for entry in entries {
      let source = source(entry)
      let check = GroundingCheck(
        citations: [
          Citation(
            number: 1, entryID: .zero, collection: entry.collection, externalID: entry.id,
            title: entry.title)
        ], sources: [source], alsoAllowed: [])
      let answer = source.dropFirst(4) + " [1]"
      if !check.violations(in: String(answer)).isEmpty {
        falseStops.append("\(entry.id): \(check.violations(in: String(answer)).map(\.text))")
      }
      for (range, new) in swaps(of: String(answer), &random) {
        let wrong = swapped(String(answer), range, new)
        if isSaid(source, wrong, range, new) { continue }
        if check.violations(in: wrong).isEmpty {
          missed.append(
            "\(entry.id): \(wrong.suffix(500)) \(new) \(String(decoding: Array(answer.utf8)[range], as: UTF8.self))"
          )
        } else {
          caught += 1
        }
      }
    }
    #expect(missed.isEmpty, "\(missed.prefix(10)) of \(missed.count + caught)")
    #expect(falseStops.isEmpty, "\(falseStops.prefix(10))")
    #expect(caught > 500, "\(caught)")
  }
}
