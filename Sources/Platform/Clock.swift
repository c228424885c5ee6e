import Glibc

/// The machine's clocks. Durations use the monotonic one; the wall clock may jump.
public enum Clock {
  /// Nanoseconds since some moment before the process began; never goes back.
  public static var monotonicNanoseconds: UInt64 { nanoseconds(CLOCK_MONOTONIC) }

  /// Microseconds since 1970-01-01 00:00:00 UTC, as the machine believes.
  public static var wallMicroseconds: Int64 { Int64(nanoseconds(CLOCK_REALTIME) / 1000) }

  /// Nanoseconds of processor time that the calling thread has used.
  public static var threadNanoseconds: UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(clock, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }

  /// `2026-11-21T07:30:00.123456Z` for microseconds since 1970 (RFC 3339, UTC).
  public static func iso8601(microseconds: Int64) -> String {
    var days = microseconds / 86_400_000_000
    var rest = microseconds % 86_400_000_000
    if rest < 0 {
      rest += 86_400_000_000
      days -= 1
    }
    let (year, month, day) = civil(days: days)
    let second = rest / 1_000_000
    func padded(_ value: Int64, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
      + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":"
      + padded(second % 60, 2) + "." + padded(rest % 1_000_000, 6) + "Z"
  }

  /// The date of a day counted from 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date
  /// Algorithms", civil_from_days).
  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}
