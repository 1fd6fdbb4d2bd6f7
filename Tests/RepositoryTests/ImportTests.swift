import Testing

/// The dependencies of docs/architecture.md: which module may import which.
struct ImportTests {
    private static let system: Set<String> = ["Glibc", "Musl", "Synchronization"]

    private static let allowed: [String: Set<String>] = [
        "KeywardBase": system.union(["CLinux"]),
        "KeywardVocabulary": [],
        "KeywardProtocol": ["Glibc", "KeywardBase", "KeywardVocabulary"],
        "KeywardCore": system.union(["KeywardBase", "KeywardVocabulary", "CLinux", "CNettle", "Swift"]),
        "KeywardStore": system.union(["KeywardBase", "KeywardCore", "GRDB", "GRDBSQLite", "Foundation", "Dispatch"]),
        "KeywardServer": system.union(["KeywardBase", "KeywardCore", "KeywardProtocol", "CLinux", "Dispatch"]),
        "KeywardSystemd": system.union(["KeywardBase", "CSystemd", "Logging", "Dispatch"]),
        "KeywardClient": system.union(["KeywardBase", "KeywardProtocol", "KeywardVocabulary"]),
        "keywardd": system.union([
            "KeywardBase", "KeywardServer", "KeywardSettings", "KeywardStore", "KeywardCore", "KeywardSystemd",
            "KeywardVocabulary", "Logging", "Dispatch",
        ]),
        "KeywardDisplay": ["Glibc", "KeywardBase", "KeywardProtocol"],
        "keyward": system.union([
            "KeywardBase", "KeywardClient", "KeywardDisplay", "KeywardProtocol", "ArgumentParser",
        ]),
        "KeywardWeb": system.union([
            "CLinux", "CNettle", "HTTPTypes", "Hummingbird", "HummingbirdCore", "KeywardBase", "KeywardClient",
            "KeywardDisplay", "KeywardLoopback", "KeywardProtocol", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix",
        ]),
        "keyward-web": system.union([
            "ArgumentParser", "KeywardBase", "KeywardClient", "KeywardDisplay", "KeywardSystemd", "KeywardWeb",
        ]),
        "KeywardSettings": system.union(["KeywardBase", "Yams"]),
        "KeywardLoopback": system.union(["CLinux", "KeywardBase", "NIOCore"]),
        "KeywardGateway": system.union([
            "KeywardBase", "KeywardLoopback", "KeywardProtocol", "KeywardSettings", "NIOCore", "NIOHTTP1",
            "NIOPosix",
        ]),
        "keyward-gateway": system.union([
            "ArgumentParser", "KeywardBase", "KeywardClient", "KeywardGateway", "KeywardProtocol", "KeywardSettings",
            "KeywardSystemd", "Logging",
        ]),
        "KeywardTesting": system.union([
            "KeywardBase", "KeywardCore", "KeywardProtocol", "Dispatch", "Foundation", "Testing",
        ]),
    ]

    @Test(arguments: Repository.files(under: "Sources/", ending: ".swift"))
    func aModuleImportsOnlyWhatItsArrowsAllow(file: String) throws {
        let target = String(file.split(separator: "/")[1])
        let allowed = try #require(Self.allowed[target], "\(target) has no arrows yet")
        for module in Imports.of(Repository.text(file)) where !allowed.contains(module) {
            Issue.record("\(file) imports \(module)")
        }
    }

    @Test(arguments: [
        ("import A\nimport struct B.C\n", ["A", "B"]),
        ("@testable import A\npackage import B\n@preconcurrency internal import C\n", ["A", "B", "C"]),
        ("// import A\nlet x = \"import B\"\n", []), ("func important() {}\n", []),
        ("#if canImport(Glibc)\nimport Glibc\n#endif\n", ["Glibc"]), ("import A.B // why\n", ["A"]),
    ])
    func importsAreFound(source: String, modules: [String]) {
        #expect(Imports.of(source) == modules)
    }
}

enum Imports {
    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]

    /// The modules that a source imports, in order.
    static func of(_ source: String) -> [String] {
        SwiftCode(source).lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), words[..<keyword].allSatisfy(isModifier) else {
                return nil
            }
            let rest = words[(keyword + 1)...].drop { kinds.contains($0) }
            return rest.first?.split(separator: ".").first.map(String.init)
        }
    }

    private static func isModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
    }
}
