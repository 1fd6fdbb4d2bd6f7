// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = ["Hummingbird", "HummingbirdCore"].map { name in
    Target.Dependency.product(name: name, package: "hummingbird")
}
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }

func test(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "keyward",
    products: [
        .executable(name: "keywardd", targets: ["keywardd"]),
        .executable(name: "keyward", targets: ["keyward"]),
        .executable(name: "keyward-web", targets: ["keyward-web"]),
        .executable(name: "keyward-gateway", targets: ["keyward-gateway"]),
        .library(name: "KeywardClient", targets: ["KeywardClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "CLinux"),
        .target(name: "KeywardBase", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "KeywardVocabulary", swiftSettings: strict),
        .target(name: "KeywardProtocol", dependencies: ["KeywardBase", "KeywardVocabulary"], swiftSettings: strict),
        .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
        .target(
            name: "KeywardCore", dependencies: ["KeywardBase", "KeywardVocabulary", "CLinux", "CNettle"],
            swiftSettings: strict),
        .target(
            name: "KeywardStore",
            dependencies: ["KeywardBase", "KeywardCore", grdb, .product(name: "GRDBSQLite", package: "GRDB.swift")],
            swiftSettings: strict
        ),
        .target(
            name: "KeywardServer", dependencies: ["KeywardBase", "KeywardCore", "KeywardProtocol", "CLinux"],
            swiftSettings: strict),
        .target(
            name: "KeywardSettings", dependencies: ["KeywardBase", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(
            name: "KeywardLoopback", dependencies: ["CLinux", "KeywardBase", nio("NIOCore")], swiftSettings: strict),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(name: "KeywardSystemd", dependencies: ["CSystemd", logging], swiftSettings: strict),
        .target(
            name: "KeywardClient", dependencies: ["KeywardBase", "KeywardProtocol", "KeywardVocabulary"],
            swiftSettings: strict),
        .target(name: "KeywardDisplay", dependencies: ["KeywardBase", "KeywardProtocol"], swiftSettings: strict),
        .executableTarget(
            name: "keywardd",
            dependencies: [
                "KeywardBase", "KeywardServer", "KeywardSettings", "KeywardStore", "KeywardCore", "KeywardSystemd",
                "KeywardVocabulary", logging,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "keyward",
            dependencies: ["KeywardBase", "KeywardClient", "KeywardDisplay", "KeywardProtocol", arguments],
            swiftSettings: strict),

        .target(
            name: "KeywardWeb",
            dependencies: [
                "CLinux", "CNettle", "KeywardBase", "KeywardClient", "KeywardDisplay", "KeywardLoopback",
                "KeywardProtocol", httpTypes, logging, nio("NIOCore"), nio("NIOHTTP1"), nio("NIOPosix"),
            ] + hummingbird,
            resources: ["style.css", "script.js", "live.js"].map { .embedInCode("Assets/\($0)") },
            swiftSettings: strict),
        .executableTarget(
            name: "keyward-web",
            dependencies: [
                "KeywardBase", "KeywardClient", "KeywardDisplay", "KeywardProtocol", "KeywardSystemd", "KeywardWeb",
                arguments,
            ], swiftSettings: strict),

        .target(
            name: "KeywardGateway",
            dependencies: [
                "KeywardBase", "KeywardLoopback", "KeywardProtocol", "KeywardSettings", nio("NIOCore"),
                nio("NIOHTTP1"), nio("NIOPosix"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "keyward-gateway",
            dependencies: [
                "KeywardBase", "KeywardClient", "KeywardGateway", "KeywardProtocol", "KeywardSettings",
                "KeywardSystemd", arguments, logging,
            ], swiftSettings: strict),

        .executableTarget(
            name: "VerifyExample", dependencies: ["KeywardClient"], path: "Examples/swift", swiftSettings: strict),
        .target(name: "KeywardTesting", dependencies: ["KeywardBase", "KeywardCore"], swiftSettings: strict),
        .target(name: "ReferenceJSON", path: "Tests/ReferenceJSON", swiftSettings: strict),
        .target(
            name: "ScriptedDaemon", dependencies: ["KeywardBase"], path: "Tests/ScriptedDaemon", swiftSettings: strict),
        .target(
            name: "ConnectionDriver", dependencies: ["KeywardServer", "KeywardCore"], path: "Tests/ConnectionDriver",
            swiftSettings: strict),
        test("KeywardBaseTests", ["KeywardBase", "KeywardTesting"]),
        test("KeywardProtocolTests", ["KeywardBase", "KeywardProtocol", "ReferenceJSON"]),
        test("KeywardCoreTests", ["KeywardCore", "KeywardTesting", "KeywardStore", crypto]),
        test("KeywardStoreTests", ["KeywardStore", "KeywardCore", "KeywardTesting", grdb]),
        test(
            "KeywardServerTests",
            [
                "KeywardBase", "KeywardServer", "KeywardCore", "KeywardProtocol", "KeywardTesting", "ConnectionDriver",
                "CLinux",
            ]),
        test("KeywardSystemdTests", ["KeywardBase", "KeywardSystemd", "CSystemd", logging]),
        test(
            "KeywardDaemonTests",
            [
                "keywardd", "KeywardBase", "KeywardServer", "KeywardSettings", "KeywardStore", "KeywardCore",
                "KeywardSystemd", "KeywardVocabulary",
            ]),
        test("KeywardClientTests", ["KeywardClient", "KeywardProtocol", "ScriptedDaemon"]),
        test(
            "KeywardCommandTests",
            ["keyward", "KeywardClient", "KeywardDisplay", "KeywardProtocol", "KeywardTesting", "ScriptedDaemon"]),
        test(
            "IntegrationTests",
            [
                "KeywardTesting", "KeywardProtocol", "KeywardClient", "KeywardStore", "KeywardCore", "keywardd",
                "keyward", "ScriptedDaemon",
            ]),
        test(
            "KeywardWebTests",
            [
                "KeywardWeb", "KeywardBase", "KeywardLoopback", "KeywardTesting", "KeywardClient", "KeywardDisplay",
                "KeywardProtocol", "ScriptedDaemon", "keywardd",
                "keyward", "keyward-web", crypto, httpTypes, nio("NIOCore"),
            ] + hummingbird),
        test(
            "KeywardGatewayTests",
            [
                "KeywardBase", "KeywardGateway", "KeywardProtocol", "KeywardSettings", "KeywardTesting",
                "ScriptedDaemon", "keywardd", "keyward", "keyward-gateway", nio("NIOCore"), nio("NIOHTTP1"),
            ]),
        test("ExampleTests", ["keywardd", "keyward", "VerifyExample"]),
        test("RepositoryTests"),
    ]
)

// Fuzzers are built on demand only: they have libFuzzer's `main`, not Swift's. See Fuzz/run.
if Context.environment["KEYWARD_FUZZ"] != nil {
    func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(
            name: name, dependencies: dependencies, path: "Fuzz/\(name)",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
    }
    package.targets += [
        .target(
            name: "FuzzDaemon", dependencies: ["KeywardServer", "KeywardCore", "KeywardProtocol", "KeywardTesting"],
            path: "Fuzz/Daemon", swiftSettings: strict),
        fuzzer("FuzzAllowance", ["FuzzDaemon", "KeywardServer", "KeywardProtocol"]),
        fuzzer("FuzzScanner", ["KeywardBase", "KeywardProtocol", "ReferenceJSON"]),
        fuzzer("FuzzFramer", ["KeywardProtocol"]),
        fuzzer(
            "FuzzConnection", ["ConnectionDriver", "KeywardBase", "KeywardServer", "KeywardCore", "KeywardProtocol"]),
        fuzzer("FuzzRequest", ["FuzzDaemon", "KeywardServer", "KeywardCore", "KeywardProtocol", "KeywardTesting"]),
        fuzzer("FuzzKeyFormat", ["KeywardCore"]),
        fuzzer("FuzzCsv", ["KeywardBase"]),
        fuzzer("FuzzImport", ["KeywardServer", "KeywardCore", "KeywardProtocol"]),
    ]
}

// Benchmarks in process are built on demand too. See Benchmarks/run.
if Context.environment["KEYWARD_BENCH"] != nil {
    package.targets += [
        .target(
            name: "BenchmarkKeys", dependencies: ["KeywardCore"], path: "Benchmarks/Keys", swiftSettings: strict),
        .executableTarget(
            name: "HandlerBenchmark",
            dependencies: ["BenchmarkKeys", "KeywardBase", "KeywardServer", "KeywardCore", "KeywardProtocol"],
            path: "Benchmarks/Handler", swiftSettings: strict),
        .executableTarget(
            name: "BareHTTP", dependencies: [nio("NIOCore"), nio("NIOHTTP1"), nio("NIOPosix")],
            path: "Benchmarks/BareHTTP", swiftSettings: strict),
        .executableTarget(
            name: "SeedKeys",
            dependencies: ["BenchmarkKeys", "KeywardStore", "KeywardServer", "KeywardCore", "KeywardProtocol"],
            path: "Benchmarks/Seed", swiftSettings: strict),
    ]
}
