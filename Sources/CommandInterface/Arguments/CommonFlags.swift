/// Flags that several commands share.
package enum CommonFlags {
  /// Where the service keeps its files (``DataDirectory``).
  package static let data = Flag(
    "data", .directory("DIR"), "data directory of the service", environment: "KNOWLEDGE_DATA",
    fallback:
      "/var/lib/knowledge for root, else $XDG_DATA_HOME/knowledge or ~/.local/share/knowledge")
  /// Another Postgres than the private one.
  package static let database = Flag(
    "database", .text("URL"), "Postgres to use instead of a private one in the data directory",
    environment: "KNOWLEDGE_DATABASE")
  /// The tenant.
  package static let business = Flag(
    "business", .text("NAME|UUID"), "the business whose knowledge it is",
    environment: "KNOWLEDGE_BUSINESS")
  /// Output for programs.
  package static let json = Flag("json", .none, "print JSON for machines; errors too")

  /// How to reach the service.
  package static let service = FlagGroup(
    "Service",
    [
      data,
      Flag(
        "socket", .file("PATH"), "Unix socket of the service", fallback: "knowledge.sock in --data"),
      Flag("host", .text("HOST:PORT"), "reach the service by TCP instead"),
      Flag(
        "tls", .text("FILE|system"),
        "speak TLS with --host, trusting the authorities of a PEM file or of the system"),
      Flag(
        "api-key", .text("KEY"),
        "key of the business or operator; @FILE names a file that holds the bare key",
        environment: "KNOWLEDGE_API_KEY"),
      Flag(
        "timeout", .number("SECONDS", upTo: 86_400), "longest wait for an answer", fallback: "30"),
    ])
}
