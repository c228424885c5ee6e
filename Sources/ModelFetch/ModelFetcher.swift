import HTTP
import Platform

/// Brings models into a store: fetches, checks, and puts them in place as a whole.
///
/// The work stands in `<data>/models/.fetch-NAME/` and is gone on with after an interruption; a
/// lock keeps two fetchers of the same model apart.
public struct ModelFetcher: Sendable {
  /// What came of a fetch.
  public struct Outcome: Sendable, Equatable {
    /// The model's name in the store.
    public let name: String
    /// Its directory.
    public let path: String
    /// Whether it was there already, and nothing was fetched.
    public let wasThere: Bool
  }

  let store: ModelStore
  let download: Download
  let hubURL: String
  let hubToken: String?

  /// - Parameters:
  ///   - store: Where models stand.
  ///   - hubURL: The model hub's address.
  ///   - hubToken: A token for private models of the hub; it goes to the hub only.
  ///   - authoritiesPath: A PEM file of the only authorities to trust.
  ///   - cancellation: Ends a fetch from another thread.
  ///   - retries: How failures are met.
  ///   - clock: Time and chance.
  ///   - progress: Is told as bytes come, on the calling thread.
  public init(
    store: ModelStore, hubURL: String = "https://huggingface.co", hubToken: String? = nil,
    authoritiesPath: String? = nil, cancellation: HTTPCancellation = HTTPCancellation(),
    retries: HTTPRetryPolicy = HTTPRetryPolicy(), clock: HTTPClock = .system,
    progress: @escaping @Sendable (FetchProgress) -> Void = { _ in }
  ) {
    self.store = store
    var hub = hubURL
    while hub.hasSuffix("/") { hub.removeLast() }
    self.hubURL = hub
    self.hubToken = hubToken
    download = Download(
      clock: clock, retries: retries, cancellation: cancellation,
      authoritiesPath: authoritiesPath, progress: progress)
  }

  /// Fetches a model, unless it is there and whole.
  ///
  /// - Parameters:
  ///   - source: Where it comes from.
  ///   - name: What to call it; nil for the source's own name.
  ///   - isForced: Whether to fetch it again, and to replace another model of that name.
  /// - Throws: ``ModelFetchError``; a model that stood there stands there still.
  public func fetch(
    _ source: ModelSource, name: String? = nil, isForced: Bool = false
  ) throws(ModelFetchError) -> Outcome {
    let name = name ?? source.defaultName
    guard !ModelStore.reservedNames.contains(name) else {
      throw ModelFetchError(
        .usage, "the name \(name) is reserved: knowledge model use means something else by it",
        remedy: "give another with --name")
    }
    guard ModelStore.isName(name) else {
      throw ModelFetchError(
        .usage, "a model's name has 1 to 64 letters, digits, '.', '_' and '-'",
        remedy: "give one with --name")
    }
    let target = store.path(of: name)
    try system { () throws(SystemError) in try FileSystem.createDirectories(store.directory) }
    let lock = try system { () throws(SystemError) in
      try File(path: "\(store.directory)/.lock-\(name)", mode: .readWrite)
    }
    guard try system({ () throws(SystemError) in try lock.lockExclusively() }) else {
      throw ModelFetchError(
        .busy, "another process is fetching \(name)", remedy: "wait until it is done")
    }
    defer { lock.unlock() }
    try recover(name)
    if !isForced, FileSystem.isDirectory(target) {
      guard let origin = ModelStore.origin(target), origin.source == source.description else {
        throw ModelFetchError(
          .refused, "another model is called \(name)",
          remedy: "give this one another --name, or replace that one with --force")
      }
      do throws(ModelFetchError) {
        _ = try ModelDescription(directory: target)
        return Outcome(name: name, path: target, wasThere: true)
      } catch {
        // What is damaged is fetched again.
        guard error.code == .damaged else { throw error }
      }
    }
    let staging = try stage(source, name)
    let model = staging + "/model"
    let revision = try bring(source, staging: staging, model: model)
    do throws(ModelFetchError) {
      _ = try ModelDescription(directory: model)
    } catch {
      // What came is no model, and would be none the next time either.
      try? FileSystem.removeTree(staging)
      throw error
    }
    try ModelStore.writeOrigin(model, source: source.description, revision: revision)
    try install(name, from: model, to: target)
    try system { () throws(SystemError) in try FileSystem.removeTree(staging) }
    return Outcome(name: name, path: target, wasThere: false)
  }

  /// The directory of the work, emptied where it was for another source.
  private func stage(_ source: ModelSource, _ name: String) throws(ModelFetchError) -> String {
    let staging = "\(store.directory)/.fetch-\(name)"
    let mark = Array("\(source.place) \(hubURL) \(source.expectation)".utf8)
    let digest = Array(hexadecimal(SHA256.hash(mark)).utf8)
    try system { () throws(SystemError) in
      let path = staging + "/source"
      let isSame = FileSystem.exists(path) ? try FileSystem.readAll(path) == digest : false
      if !isSame {
        try FileSystem.removeTree(staging)
        try FileSystem.createDirectories(staging)
        try FileSystem.replace(path, with: digest)
      }
    }
    return staging
  }

  // MARK: Putting it in place

  private func outgoing(_ name: String) -> String { "\(store.directory)/.old-\(name)" }

  /// Brings a model back that was being replaced when the process ended.
  private func recover(_ name: String) throws(ModelFetchError) {
    try system { () throws(SystemError) in
      let old = outgoing(name)
      guard FileSystem.isDirectory(old) else { return }
      if FileSystem.isDirectory(store.path(of: name)) {
        try FileSystem.removeTree(old)
      } else {
        try FileSystem.rename(old, to: store.path(of: name))
      }
    }
  }

  private func install(
    _ name: String, from model: String, to target: String
  ) throws(ModelFetchError) {
    try system { () throws(SystemError) in
      for file in try FileSystem.list(model) where FileSystem.isDirectory("\(model)/\(file)") {
        try FileSystem.syncDirectory("\(model)/\(file)")
      }
      try FileSystem.syncDirectory(model)
      // A directory cannot be replaced in one step; `recover` ends what stops in between.
      if FileSystem.isDirectory(target) { try FileSystem.rename(target, to: outgoing(name)) }
      try FileSystem.rename(model, to: target)
      try FileSystem.syncDirectory(store.directory)
      try FileSystem.removeTree(outgoing(name))
    }
  }

  // MARK: Bringing it

  /// - Returns: The commit, where a hub named it.
  private func bring(
    _ source: ModelSource, staging: String, model: String
  ) throws(ModelFetchError) -> String? {
    switch source.place {
    case .archive(let url):
      let ending = url.lowercased().prefix { $0 != "?" && $0 != "#" }
      let isTar = ending.hasSuffix(".tar.gz") || ending.hasSuffix(".tgz")
      let archive = staging + (isTar ? "/archive.tar.gz" : "/archive.zip")
      _ = try download.fetch(url, to: archive, expecting: source.expectation)
      try system { () throws(SystemError) in
        try FileSystem.removeTree(model)
        try FileSystem.createDirectories(model)
      }
      do throws(ModelFetchError) {
        try ModelArchive(path: archive, isTar: isTar).extract(to: model)
      } catch {
        // The next attempt must not begin with the same bytes.
        if error.code == .damaged { try? FileSystem.removeTree(staging) }
        throw error
      }
      return nil
    case .directory(let url):
      try bringFiles(model) { path in "\(url)/\(path)" }
      return nil
    case .hub(let repository, let revision):
      return try bringHub(repository, revision, staging: staging, model: model)
    }
  }

  private func bringHub(
    _ repository: String, _ revision: String, staging: String, model: String
  ) throws(ModelFetchError) -> String? {
    let base = "\(hubURL)/\(repository)/resolve/"
    var headers: [HTTPRequest.Header] = []
    if let hubToken {
      guard let hub = HTTPURL(hubURL), hub.isSecure || hub.isLoopback else {
        throw ModelFetchError(
          .usage, "the hub's token would go over http in the clear", remedy: "use https")
      }
      headers.append(.init("Authorization", "Bearer \(hubToken)"))
    }
    // A branch may move while its files are fetched: the commit of the first one holds for all. It
    // is kept beside the work, since what is gone on with must be of the same commit.
    let mark = staging + "/commit"
    if !FileSystem.exists(mark) {
      let probe = staging + "/probe.json"
      var commit = revision
      for name in ["config.json", "modules.json"] {
        try system { () throws(SystemError) in try FileSystem.remove(probe) }
        let isLast = name == "modules.json"
        let fetched = try download.fetch(
          "\(base)\(revision)/\(name)", headers: headers, to: probe, isOptional: !isLast)
        if case .present(let head) = fetched {
          let named = head?["x-repo-commit"] ?? ""
          if named.utf8.count == 40, named.allSatisfy(\.isHexDigit) { commit = named }
          break
        }
      }
      try system { () throws(SystemError) in
        try FileSystem.remove(probe)
        try FileSystem.replace(mark, with: Array(commit.utf8))
      }
    }
    let bytes = try system { () throws(SystemError) in try FileSystem.readAll(mark, limit: 200) }
    let commit = String(decoding: bytes, as: UTF8.self)
    try bringFiles(model, headers: headers) { path in "\(base)\(commit)/\(path)" }
    return commit
  }

  /// Fetches the files of a model one by one; what the modules are stands in the first.
  private func bringFiles(
    _ model: String, headers: [HTTPRequest.Header] = [], url: (String) -> String
  ) throws(ModelFetchError) {
    func bring(_ path: String, isOptional: Bool = true) throws(ModelFetchError) {
      let target = model + "/" + path
      try system { () throws(SystemError) in
        try FileSystem.createDirectories(FileSystem.directory(of: target))
      }
      _ = try download.fetch(url(path), headers: headers, to: target, isOptional: isOptional)
    }
    for name in ModelLayout.rootFiles { try bring(name) }
    let folder = try ModelLayout.transformerFolder(in: model)
    for name in ModelLayout.transformerFiles {
      let isNeeded = ["config.json", "model.safetensors"].contains(name)
      try bring(folder.isEmpty ? name : "\(folder)/\(name)", isOptional: !isNeeded)
    }
    let modules = try ModelLayout.folders(in: model)
    // Without a list of modules there may still be the usual one.
    let others = modules.isEmpty ? ["1_Pooling"] : modules.map(\.folder)
    for other in others where !other.isEmpty && other != folder {
      try bring("\(other)/config.json")
    }
    // A module without files of its own leaves an empty folder.
    try system { () throws(SystemError) in
      for name in try FileSystem.list(model) where FileSystem.isDirectory("\(model)/\(name)") {
        if try FileSystem.list("\(model)/\(name)").isEmpty {
          try FileSystem.removeTree("\(model)/\(name)")
        }
      }
    }
  }
}
