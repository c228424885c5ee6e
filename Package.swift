// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: Swift 6 mode, warnings are errors, unsafe memory must say so.
let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]
/// Tests and tools: `#expect` expands to code that cannot be marked, so only warnings are errors.
let tests: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "knowledge",
  products: [
    .library(name: "KnowledgeStore", targets: ["KnowledgeStore"]),
    .executable(name: "knowledge", targets: ["knowledge"]),
    .executable(name: "agent", targets: ["agent"]),
  ],
  targets: [
    // C libraries: one Swift owner each (ARCHITECTURE.md, "Targets").
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CBLAS", pkgConfig: "blas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CTLS", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "CSystem"),
    .target(name: "CVectorKernels"),
    .target(name: "CTransformerKernels"),
    .target(name: "CTextKernels"),

    // Ground.
    .target(
      name: "Platform", dependencies: ["CSystem", "CCrypto", "CZlib", "CLZ4"],
      swiftSettings: strict),
    .target(name: "LinearAlgebra", dependencies: ["CBLAS"], swiftSettings: strict),

    .target(name: "TextAnalysis", dependencies: ["CStemmer"], swiftSettings: strict),

    // Siblings: none imports another.
    .target(
      name: "KnowledgeStore",
      dependencies: [
        "LinearAlgebra", "CVectorKernels", "CTextKernels", "TextAnalysis", "Platform",
      ],
      exclude: ["FORMAT.md"], swiftSettings: strict),
    .target(
      name: "Embedding", dependencies: ["LinearAlgebra", "CTransformerKernels", "Platform"],
      swiftSettings: strict),
    .target(
      name: "Matching", dependencies: ["CTextKernels", "TextAnalysis", "Platform"],
      swiftSettings: strict),
    .target(name: "RPC", dependencies: ["Platform", "CSystem", "CTLS"], swiftSettings: strict),
    .target(name: "Postgres", dependencies: ["CLibPQ", "Platform"], swiftSettings: strict),
    .target(name: "Ingest", dependencies: ["Platform"], swiftSettings: strict),
    .target(name: "YAML", dependencies: ["CYAML", "Platform"], swiftSettings: strict),
    .target(name: "CWordLists", exclude: ["lists", "generate.py", "train.py", "confidence.py"]),
    .target(
      name: "Spelling",
      dependencies: ["CTextKernels", "CWordLists", "TextAnalysis", "Platform"],
      exclude: ["FORMAT.md"],
      swiftSettings: strict),
    .target(name: "HTTP", dependencies: ["CCurl", "Platform"], swiftSettings: strict),

    // Models that are elsewhere.
    .target(
      name: "RemoteEmbedding", dependencies: ["HTTP", "Embedding", "Platform"],
      swiftSettings: strict),

    .target(name: "ModelFetch", dependencies: ["HTTP", "Platform"], swiftSettings: strict),

    // The agent.
    .target(name: "Agent", dependencies: ["Platform", "TextAnalysis"], swiftSettings: strict),
    .target(
      name: "ModelHTTP", dependencies: ["HTTP", "Agent", "Platform"],
      resources: [.embedInCode("prices.txt")], swiftSettings: strict),

    // Services.
    .target(name: "Truth", dependencies: ["Postgres", "Platform"], swiftSettings: strict),
    .target(
      name: "KnowledgeService",
      dependencies: [
        "KnowledgeStore", "Embedding", "Truth", "Matching", "Spelling", "RPC", "Platform",
      ],
      swiftSettings: strict),

    .target(
      name: "AgentService",
      dependencies: ["Agent", "Truth", "Postgres", "RPC", "ModelHTTP", "HTTP", "Platform"],
      swiftSettings: strict),

    // Executables.
    .target(name: "CommandInterface", dependencies: ["Platform"], swiftSettings: strict),
    .executableTarget(
      name: "knowledge",
      dependencies: [
        "CommandInterface",
        "KnowledgeService", "Embedding", "RemoteEmbedding", "Ingest", "Truth", "RPC", "ModelFetch",
        "HTTP", "Platform",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "agent",
      dependencies: [
        "CommandInterface", "AgentService", "ModelHTTP", "Agent", "YAML", "Truth", "RPC",
        "Platform",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "ProtoLiteGenerator", dependencies: ["Platform"], swiftSettings: strict),

    // Benchmarks.
    .executableTarget(
      name: "SearchBenchmark", dependencies: ["KnowledgeStore", "Platform"],
      path: "Benchmarks/Search", swiftSettings: strict),
    .executableTarget(
      name: "TextBenchmark", dependencies: ["KnowledgeStore", "Platform"], path: "Benchmarks/Text",
      swiftSettings: strict),
    .executableTarget(
      name: "HybridBenchmark", dependencies: ["KnowledgeStore", "Embedding", "Platform"],
      path: "Benchmarks/Hybrid", swiftSettings: strict),
    .executableTarget(
      name: "EmbeddingBenchmark", dependencies: ["Embedding", "Platform"],
      path: "Benchmarks/Embedding", swiftSettings: strict),
    .executableTarget(
      name: "TenantsBenchmark", dependencies: ["KnowledgeStore", "Platform"],
      path: "Benchmarks/Tenants", swiftSettings: strict),
    .executableTarget(
      name: "MatchBenchmark", dependencies: ["Matching", "Platform"], path: "Benchmarks/Matching",
      swiftSettings: strict),
    .executableTarget(
      name: "SpellingBenchmark", dependencies: ["Spelling", "Platform"],
      path: "Benchmarks/Spelling", swiftSettings: strict),
    .target(name: "CEpollEcho", path: "Benchmarks/RPC/CEpollEcho"),
    .executableTarget(
      name: "RPCBenchmark",
      dependencies: ["CEpollEcho", "KnowledgeService", "KnowledgeStore", "RPC", "Platform"],
      path: "Benchmarks/RPC/RPCBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "AgentBenchmark",
      dependencies: ["AgentService", "Agent", "KnowledgeService", "RPC", "Truth", "Platform"],
      path: "Benchmarks/Agent", swiftSettings: strict),
    .executableTarget(
      name: "TruthBenchmark", dependencies: ["Truth", "Postgres", "KnowledgeStore", "Platform"],
      path: "Benchmarks/Truth", swiftSettings: strict),

    // Tests.
    .target(name: "CTestSupport", path: "Tests/CTestSupport"),
    .target(
      name: "TestSupport",
      dependencies: ["CTestSupport", "CommandInterface", "HTTP", "Platform", "Postgres", "Truth"],
      path: "Tests/TestSupport",
      swiftSettings: tests),
    .testTarget(
      name: "PlatformTests", dependencies: ["Platform", "TestSupport"], swiftSettings: tests),
    .testTarget(
      name: "TextAnalysisTests", dependencies: ["TextAnalysis"], swiftSettings: tests),
    .executableTarget(
      name: "StoreCrash", dependencies: ["KnowledgeStore", "Platform"], path: "Tests/StoreCrash",
      swiftSettings: tests),
    .testTarget(
      name: "KnowledgeStoreTests",
      dependencies: [
        "KnowledgeStore", "LinearAlgebra", "CVectorKernels", "CTextKernels", "TextAnalysis",
        "Platform", "StoreCrash",
        "TestSupport",
      ],
      swiftSettings: tests),
    .testTarget(
      name: "MatchingTests", dependencies: ["Matching", "CTextKernels", "Platform"],
      swiftSettings: tests),
    .testTarget(
      name: "EmbeddingTests",
      dependencies: [
        "Embedding", "KnowledgeStore", "CTransformerKernels", "Ingest", "Platform", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "SpellingTests", dependencies: ["Spelling", "CTextKernels", "Platform"],
      swiftSettings: tests),
    .testTarget(
      name: "HTTPTests", dependencies: ["HTTP", "Platform", "TestSupport"], swiftSettings: tests),
    .testTarget(
      name: "RemoteEmbeddingTests",
      dependencies: ["RemoteEmbedding", "HTTP", "Embedding", "Platform", "TestSupport"],
      swiftSettings: tests),
    .testTarget(
      name: "ModelFetchTests", dependencies: ["ModelFetch", "HTTP", "Platform", "TestSupport"],
      swiftSettings: tests),
    .testTarget(
      name: "ModelHTTPTests",
      dependencies: ["ModelHTTP", "HTTP", "Agent", "Platform", "TestSupport"],
      swiftSettings: tests),
    .testTarget(
      name: "AgentTests", dependencies: ["Agent", "YAML", "Platform", "TextAnalysis"],
      swiftSettings: tests),
    .testTarget(name: "YAMLTests", dependencies: ["YAML", "Platform"], swiftSettings: tests),
    .testTarget(
      name: "RPCTests", dependencies: ["RPC", "ProtoLiteGenerator", "Platform", "TestSupport"],
      swiftSettings: tests),
    .testTarget(
      name: "PostgresTests", dependencies: ["Postgres", "Platform", "TestSupport"],
      swiftSettings: tests),
    .testTarget(
      name: "TruthTests", dependencies: ["Truth", "Postgres", "Platform", "TestSupport"],
      swiftSettings: tests),
    .testTarget(
      name: "AgentServiceTests",
      dependencies: [
        "AgentService", "Agent", "Truth", "Postgres", "RPC", "ModelHTTP", "HTTP", "Platform",
        "TestSupport",
      ],
      swiftSettings: tests),
    .testTarget(
      name: "IngestTests", dependencies: ["Ingest", "Platform", "TestSupport"],
      swiftSettings: tests),
    .testTarget(
      name: "KnowledgeServiceTests",
      dependencies: [
        "KnowledgeService", "KnowledgeStore", "Embedding", "Truth", "Postgres", "RPC", "Platform",
        "Agent", "AgentService", "TestSupport",
      ],
      swiftSettings: tests),
    .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: tests),
    .testTarget(
      name: "CommandInterfaceTests", dependencies: ["CommandInterface", "TestSupport"],
      swiftSettings: tests),
    .testTarget(
      name: "KnowledgeCommandTests",
      dependencies: [
        "knowledge", "CommandInterface", "Ingest", "RPC", "Platform", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "AgentCommandTests",
      dependencies: [
        "agent", "AgentService", "Agent", "CommandInterface", "Truth", "Platform", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "EndToEndTests", dependencies: ["RPC", "Truth", "Postgres", "Platform", "TestSupport"],
      swiftSettings: tests),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
