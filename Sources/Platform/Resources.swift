import CSystem

/// What the process uses of the machine.
public enum Resources {
  /// Bytes that the process holds in memory now, mapped files in core included; 0 where the system
  /// does not say.
  public static var residentByteCount: UInt64 { cs_resident_byte_count() }
}
