import Platform

extension Store {
  /// Removes a collection and its files, for good; no error where there is none.
  ///
  /// Readers that hold a state of it end in peace or with ``StoreError/removed(_:)``: what they
  /// have mapped stays readable until they let go. A stop at any instant leaves the collection as
  /// the last commit had it, or none; the next opening ends what was begun.
  ///
  /// - Parameter refilling: Whether its owner will fill it again: it then is incomplete
  ///   (``isIncomplete(_:)``) until the owner says otherwise, and is never taken for an empty one.
  /// - Throws: ``StoreError/system(_:)`` where the disk refuses; call again, it goes on from there.
  /// - Complexity: One commit without rows, and an `unlink` for each file.
  public func remove(_ key: CollectionKey, refilling: Bool = false) throws(StoreError) {
    guard CollectionKey.isValid(name: key.name) else { throw .invalidName(key.name) }
    if refilling {
      core.note(incomplete: key)
      try core.writeRepairMarks()
    }
    try core.remove([key])
    if !refilling { core.state.withLock { $0.repairs.forget(key) } }
  }

  /// Removes all that the store holds of an owner, as ``remove(_:refilling:)`` does: collections,
  /// damaged files that were set aside, and the directory itself.
  ///
  /// A collection that is made while this runs may stay: call it when nobody writes for the owner.
  public func removeAll(of owner: UUID) throws(StoreError) {
    try core.remove(core.keys(of: owner))
    core.state.withLock { state in
      for key in state.repairs.pending.keys.compactMap(\.self) where key.owner == owner {
        state.repairs.forget(key)
      }
    }
    core.removeRepairMarks(
      core.state.withLock { $0.repairs.ended.filter { $0.key?.owner == owner } })
    try core.removeRemains(of: owner)
  }
}

extension StoreCore {
  /// The owner's collections, and those whose removal did not come to its end.
  fileprivate func keys(of owner: UUID) throws(StoreError) -> [CollectionKey] {
    let known = try state.withLock { (state) throws(StoreError) in
      try checkOpen(state)
      return state.slots.keys.filter { $0.owner == owner }
    }
    let trash = "\(directory)/\(FileFormat.trashName)"
    let names = try StoreError.wrapping { () throws(SystemError) in
      FileSystem.isDirectory(trash) ? try FileSystem.list(trash) : []
    }
    let begun = names.compactMap(CollectionKey.init(joined:)).filter { $0.owner == owner }
    return Set(known + begun).sorted()
  }

  /// Removes collections and their files.
  func remove(_ keys: [CollectionKey]) throws(StoreError) {
    // No commit may write a manifest meanwhile.
    try committing.withLock { (commit) throws(StoreError) in
      for key in keys { try moveToTrash(key) }
      let trash = "\(directory)/\(FileFormat.trashName)"
      let moved = keys.map { "\(trash)/\($0.joined)" }.filter(FileSystem.isDirectory)
      guard !moved.isEmpty else { return }
      // The catalog must forget the collections before their manifests go.
      let newest = state.withLock { $0.newest }
      if let newest, newest.commit > 0 { try perform([], newest.position, &commit) }
      try StoreError.wrapping { () throws(SystemError) in
        // What of it comes back after a power cut, the next opening removes.
        for path in moved { try FileSystem.removeTree(path) }
      }
    }
  }

  /// Takes a collection out of service and moves its files, durably, to where the next opening
  /// removes them.
  private func moveToTrash(_ key: CollectionKey) throws(StoreError) {
    let slot = try state.withLock { (state) throws(StoreError) in
      try checkOpen(state)
      return state.slots.removeValue(forKey: key)
    }
    if let collection = slot?.collection {
      collection.fail(.removed(key))
      // What is being written ends first, so that it cannot make the directory again.
      collection.sealing.withLock { _ in }
      collection.compacting.withLock { _ in }
    }
    let path = directory(of: key)
    guard FileSystem.isDirectory(path) else { return }
    let trash = "\(directory)/\(FileFormat.trashName)"
    let target = "\(trash)/\(key.joined)"
    do throws(SystemError) {
      try FileSystem.removeTree(target)
      try FileSystem.createDirectories(trash)
      try FileSystem.syncDirectory(directory)
      try FileSystem.rename(path, to: target)
      // Where it comes to, before where it goes from.
      try FileSystem.syncDirectory(trash)
      try FileSystem.syncDirectory(FileSystem.directory(of: path))
    } catch {
      // Still there: as after the last commit, for whoever opens it next.
      if let slot, FileSystem.isDirectory(path) {
        state.withLock { state in
          state.slots[key] = Slot(manifests: slot.manifests)
          // What was not committed is lost.
          if slot.collection != nil { state.repairs.add(key) }
        }
      }
      throw .system(error)
    }
  }

  /// Removes what is left of an owner beside its collections.
  fileprivate func removeRemains(of owner: UUID) throws(StoreError) {
    let quarantine = "\(directory)/\(FileFormat.quarantineName)"
    try StoreError.wrapping { () throws(SystemError) in
      if FileSystem.isDirectory(quarantine) {
        for name in try FileSystem.list(quarantine) where name.hasPrefix("\(owner)-") {
          try FileSystem.removeTree("\(quarantine)/\(name)")
        }
        try FileSystem.syncDirectory(quarantine)
      }
      let path = "\(directory)/\(owner)"
      guard FileSystem.isDirectory(path), try FileSystem.list(path).isEmpty else { return }
      // Empty: should it come back after a power cut, the next opening removes it.
      try FileSystem.removeTree(path)
    }
  }
}
