import Platform
import Synchronization

/// A segment that a manifest names; its file is read when it is first needed.
final class Segment: Sendable {
  let reference: SegmentReference
  let path: String
  private let key: CollectionKey
  private let configuration: CollectionConfiguration
  private let caches: SegmentCaches
  private let residency: Residency
  /// Whether it was needed since somebody last asked.
  private let isUsed = Atomic<Bool>(false)
  private let opened: @Sendable (Segment) -> Void
  private let state = Mutex<SegmentData?>(nil)
  private let retired = Atomic<Bool>(false)
  /// The file as it was written, until it is synced; nil for one that is.
  private let unsynced: Mutex<OpenFile?>

  /// - Parameters:
  ///   - unsynced: The file, where it was just written and is not synced.
  ///   - opened: Told once, when the file has been opened.
  init(
    reference: SegmentReference, directory: String, key: CollectionKey,
    configuration: CollectionConfiguration, caches: SegmentCaches, residency: Residency,
    unsynced: OpenFile?, opened: @escaping @Sendable (Segment) -> Void
  ) {
    self.reference = reference
    path = directory + "/" + FileFormat.segmentName(reference.number)
    self.key = key
    self.configuration = configuration
    self.caches = caches
    self.residency = residency
    self.opened = opened
    self.unsynced = Mutex(unsynced)
  }

  deinit { note(closed: state.withLock { $0.take() }) }

  /// Lets the bytes go; whoever uses them keeps them, and the next call of ``data()`` reads the
  /// file again. A retired one keeps them: its file may be gone, and it goes with its last reader.
  func evict() { note(closed: state.withLock { isRetired ? nil : $0.take() }) }

  private func note(closed data: SegmentData?) {
    guard let data else { return }
    residency.closed(byteCount: data.bytes.byteCount, isMapped: data.bytes.isMapped)
  }

  /// Whether it was needed since the last call.
  func takeUse() -> Bool { isUsed.exchange(false, ordering: .relaxed) }

  /// Forces the file onto the disk, once.
  ///
  /// - Throws: What `fsync` said: then the file counts as one that never existed, for the kernel
  ///   may drop what it could not write. Its rows must be written again, to another file.
  func sync() throws(SystemError) {
    try unsynced.withLock { (file) throws(SystemError) in
      try file?.file.sync()
      // What was just written is in memory whole; searches bring back what they touch.
      if residency.isShort, reference.byteCount >= SegmentBytes.copyByteLimit {
        file?.file.leaveMemory()
      }
      file = nil
    }
  }

  /// The open segment.
  ///
  /// - Throws: ``StoreError/invalidFile(_:)`` or ``StoreError/system(_:)``; the next call tries
  ///   again.
  func data() throws(StoreError) -> SegmentData {
    var isNew = false
    let data = try state.withLock { (state) throws(StoreError) -> SegmentData in
      if let data = state { return data }
      let data = try SegmentData(
        path: path, reference: reference, key: key, configuration: configuration, caches: caches)
      state = data
      isNew = true
      return data
    }
    isUsed.store(true, ordering: .relaxed)
    if isNew {
      residency.opened(self, byteCount: data.bytes.byteCount, isMapped: data.bytes.isMapped)
      if residency.isShort { data.readSparingly(vectorPart: residency.vectorPart) }
      opened(self)
    }
    return data
  }

  /// Whether its bytes should not stay in memory longer than they are used.
  var isShortOfMemory: Bool { residency.isShort }

  /// Whether its rows stand elsewhere by now, so that nothing new should be made of it.
  var isRetired: Bool { retired.load(ordering: .acquiring) }

  /// Says so.
  ///
  /// - Parameter data: Its bytes, where the caller has them: readers of an earlier state may need
  ///   them when the file is gone.
  func retire(keeping data: SegmentData? = nil) {
    let isBack = state.withLock { state in
      retired.store(true, ordering: .releasing)
      guard state == nil, let data else { return false }
      state = data
      return true
    }
    guard isBack, let data else { return }
    residency.opened(self, byteCount: data.bytes.byteCount, isMapped: data.bytes.isMapped)
  }

  /// The segment if it has been opened.
  var openedData: SegmentData? { state.withLock { $0 } }
}
