import KnowledgeStore
import Platform
import RPC
import Truth

/// Why a node could not be started: what happened and what to do next.
public struct ServiceError: Error, Sendable, CustomStringConvertible {
  /// For a person; safe to log.
  public let description: String
  /// Whether trying again may help, because something outside was away.
  public let isOutage: Bool
  /// Whether the node could not listen where it was told to.
  public var isAboutListening = false

  init(_ error: StoreError) {
    description = error.description
    isOutage = false
  }
  init(_ error: TruthError) {
    description = error.description
    isOutage = error.isOutage
  }
  init(_ error: RPCError) {
    description = error.description
    isOutage = false
    isAboutListening = true
  }
  init(_ error: SystemError) {
    description = error.description
    isOutage = false
  }
}

/// Runs a system call with its error as a ``ServiceError``.
func systemCall<Value: ~Copyable>(
  _ body: () throws(SystemError) -> Value
) throws(ServiceError) -> Value {
  do throws(SystemError) { return try body() } catch { throw ServiceError(error) }
}
