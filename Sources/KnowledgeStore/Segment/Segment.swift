import Platform
import Synchronization

/// A segment that a manifest names; its file is read when it is first needed.
final class Segment: Sendable {
  let reference: SegmentReference
  let path: String
  private let key: CollectionKey
  private let configuration: CollectionConfiguration
  private let cache: BlockCache
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
    configuration: CollectionConfiguration, cache: BlockCache, unsynced: OpenFile?,
    opened: @escaping @Sendable (Segment) -> Void
  ) {
    self.reference = reference
    path = directory + "/" + FileFormat.segmentName(reference.number)
    self.key = key
    self.configuration = configuration
    self.cache = cache
    self.opened = opened
    self.unsynced = Mutex(unsynced)
  }

  /// Forces the file onto the disk, once.
  ///
  /// - Throws: What `fsync` said: then the file counts as one that never existed, for the kernel
  ///   may drop what it could not write. Its rows must be written again, to another file.
  func sync() throws(SystemError) {
    try unsynced.withLock { (file) throws(SystemError) in
      try file?.file.sync()
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
        path: path, reference: reference, key: key, configuration: configuration, cache: cache)
      state = data
      isNew = true
      return data
    }
    if isNew { opened(self) }
    return data
  }

  /// Whether its rows stand elsewhere by now, so that nothing new should be made of it.
  var isRetired: Bool { retired.load(ordering: .acquiring) }

  /// Says so.
  func retire() { retired.store(true, ordering: .releasing) }

  /// The segment if it has been opened.
  var openedData: SegmentData? { state.withLock { $0 } }
}
