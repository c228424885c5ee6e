import Glibc
import Platform

/// The rows for people and for machines.
enum Report {
  static func table(_ rows: [Row]) -> String {
    var lines = [
      "load    placement  conns  server         p50 µs   p99 µs  p99.9 µs    req/s  p50 / C epoll"
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

  static func json(_ rows: [Row]) -> String {
    let items = rows.map { row in
      #"{"load":"\#(row.load)","server":"\#(row.server)","placement":"\#(row.placement.rawValue)","#
        + #""connections":\#(row.connections),"p50_us":\#(microseconds(row, 0.5)),"#
        + #""p99_us":\#(microseconds(row, 0.99)),"p999_us":\#(microseconds(row, 0.999)),"#
        + #""requests_per_second":\#(Int(row.requestsPerSecond))}"#
    }
    let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    return #"{"benchmark":"rpc","processors":\#(processors),"rows":["#
      + items.joined(separator: ",\n") + "]}"
  }

  private static func microseconds(_ row: Row, _ share: Double) -> Double {
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
