import Glibc
import Platform

/// The rows for people and for machines.
enum Report {
  static func table(
    _ rows: [Row], _ served: [ServedSearch.Medians], _ words: [ServedWords.Measured]
  ) -> String {
    var lines: [String] = []
    if !served.isEmpty {
      lines += [
        "A search of the running service, \(ServedSearch.entryCount) entries, "
          + "k \(ServedSearch.hitCount), one connection (medians over the rounds, µs):",
        "placement   client in  C echo  in process  served  served / (echo + in process)",
      ]
      for medians in served {
        lines.append(
          pad(medians.placement.rawValue, 11) + pad(medians.waiting.rawValue, 9)
            + right(fixed(Double(medians.echo) / 1_000), 8)
            + right(fixed(Double(medians.inProcess) / 1_000), 12)
            + right(fixed(Double(medians.served) / 1_000), 8)
            + right(fixed(medians.ratio, places: 2), 30))
      }
      lines.append("")
    }
    lines += table(words)
    if rows.isEmpty { return lines.joined(separator: "\n") }
    lines += [
      "The socket alone:",
      "load    placement  conns  server         p50 µs   p99 µs  p99.9 µs    req/s  p50 / C epoll",
    ]
    var floor = 0.0
    for row in rows {
      if row.server == "C epoll" {
        floor = microseconds(row, 0.5)
        lines.append("")
      }
      lines.append(
        pad(row.load, 8) + pad(row.placement.rawValue, 11) + pad(String(row.connections), 7)
          + pad(row.server, 13) + right(fixed(microseconds(row, 0.5)), 8)
          + right(fixed(microseconds(row, 0.99)), 9) + right(fixed(microseconds(row, 0.999)), 10)
          + right(String(Int(row.requestsPerSecond)), 9)
          + right(fixed(microseconds(row, 0.5) / max(floor, 0.001), places: 2), 15))
    }
    return lines.joined(separator: "\n")
  }

  private static func table(_ words: [ServedWords.Measured]) -> [String] {
    guard !words.isEmpty else { return [] }
    return [
      "Words over the socket of the service, \(ServedWords.entryCount) entries, "
        + "\(ServedWords.productCount) products, the built-in model, the Swift client:",
      "method  load          conns   p50 µs   p95 µs   p99 µs  p99.9 µs    req/s",
    ]
      + words.map { row in
        pad(row.method, 8) + pad(name(row.pace), 14) + pad(String(row.pace.connections), 5)
          + [0.5, 0.95, 0.99].map { right(fixed(microseconds(row, $0)), 9) }.joined()
          + right(fixed(microseconds(row, 0.999)), 10)
          + right(String(Int(row.requestsPerSecond)), 9)
      } + [""]
  }

  private static func name(_ pace: ServedWords.Pace) -> String {
    switch pace {
    case .closed: "closed"
    case .open(let rate, _): "open \(Int(rate))/s"
    }
  }

  static func json(
    _ rows: [Row], _ served: [ServedSearch.Medians], _ words: [ServedWords.Measured]
  ) -> String {
    let items = rows.map { row in
      #"{"load":"\#(row.load)","server":"\#(row.server)","placement":"\#(row.placement.rawValue)","#
        + #""connections":\#(row.connections),"p50_us":\#(microseconds(row, 0.5)),"#
        + #""p99_us":\#(microseconds(row, 0.99)),"p999_us":\#(microseconds(row, 0.999)),"#
        + #""requests_per_second":\#(Int(row.requestsPerSecond))}"#
    }
    let searches = served.map { medians in
      #"{"placement":"\#(medians.placement.rawValue)","client_waits_in":"#
        + #""\#(medians.waiting.rawValue)","c_echo_ns":\#(medians.echo),"#
        + #""in_process_ns":\#(medians.inProcess),"served_ns":\#(medians.served)}"#
    }
    let methods = words.map { row in
      #"{"method":"\#(row.method)","load":"\#(name(row.pace))","#
        + #""connections":\#(row.pace.connections),"p50_us":\#(microseconds(row, 0.5)),"#
        + #""p95_us":\#(microseconds(row, 0.95)),"p99_us":\#(microseconds(row, 0.99)),"#
        + #""p999_us":\#(microseconds(row, 0.999)),"#
        + #""requests_per_second":\#(Int(row.requestsPerSecond))}"#
    }
    let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    return #"{"benchmark":"rpc","processors":\#(processors),"served":["#
      + searches.joined(separator: ",\n") + #"],"words":["# + methods.joined(separator: ",\n")
      + #"],"rows":["# + items.joined(separator: ",\n") + "]}"
  }

  private static func microseconds(_ row: Row, _ share: Double) -> Double {
    Double(row.times.percentile(share)) / 1_000
  }

  private static func microseconds(_ row: ServedWords.Measured, _ share: Double) -> Double {
    Double(row.times.percentile(share)) / 1_000
  }

  private static func fixed(_ value: Double, places: Int = 1) -> String {
    let scale = places == 1 ? 10.0 : 100.0
    return String((value * scale).rounded() / scale)
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
