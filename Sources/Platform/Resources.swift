import CSystem
import Glibc

/// What the process uses of the machine, and what that has.
public enum Resources {
  /// Bytes that the process holds in memory now, mapped files in core included; 0 where the system
  /// does not say.
  public static var residentByteCount: UInt64 { cs_resident_byte_count() }

  /// Bytes of memory that the machine has; 0 where the system does not say.
  public static var physicalByteCount: Int {
    max(0, sysconf(Int32(_SC_PHYS_PAGES))) * max(0, sysconf(Int32(_SC_PAGESIZE)))
  }
}
