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
