// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "keyward",
    products: [
        .executable(name: "keywardd", targets: ["keywardd"]),
        .executable(name: "keyward", targets: ["keyward"]),
        .library(name: "KeywardClient", targets: ["KeywardClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "KeywardProtocol", swiftSettings: strict),
        .target(
            name: "KeywardCore",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(
            name: "KeywardStore",
            dependencies: ["KeywardCore", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict
        ),
        .target(name: "CLinux"),
        .target(
            name: "KeywardServer",
            dependencies: ["KeywardCore", "KeywardProtocol", "CLinux"],
            swiftSettings: strict
        ),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(
            name: "KeywardSystemd",
            dependencies: ["CSystemd", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict
        ),
        .target(name: "KeywardClient", dependencies: ["KeywardProtocol"], swiftSettings: strict),
        .executableTarget(
            name: "keywardd",
            dependencies: [
                "KeywardServer", "KeywardStore", "KeywardCore", "KeywardSystemd",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "keyward",
            dependencies: [
                "KeywardClient", "KeywardProtocol",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "KeywardTesting",
            dependencies: ["KeywardCore", "KeywardProtocol"],
            path: "Sources/KeywardTesting",
            swiftSettings: strict
        ),
    ]
)
