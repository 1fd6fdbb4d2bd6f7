import Foundation
import Synchronization

/// The checkout under test, as files and their text.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().standardizedFileURL

    /// The paths of all files, relative to the root, sorted, without the results of builds and runs.
    static let files: [String] = {
        var found: [String] = []
        collect("", into: &found)
        return found.sorted()
    }()

    static func files(under folder: String = "", ending suffix: String) -> [String] {
        files.filter { $0.hasPrefix(folder) && $0.hasSuffix(suffix) }
    }

    /// The Swift files of the products and their tests.
    static let swiftFiles = ["Sources/", "Tests/", "Benchmarks/", "Fuzz/", "Examples/"].flatMap {
        files(under: $0, ending: ".swift")
    }

    /// The text of a file; empty if it is not UTF-8.
    static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    /// The code of a Swift file, without comments and texts; parsed once.
    static func code(_ path: String) -> SwiftCode {
        if let known = codes.withLock({ $0[path] }) { return known }
        let code = SwiftCode(text(path))
        codes.withLock { $0[path] = code }
        return code
    }

    private static let codes = Mutex<[String: SwiftCode]>([:])

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    static func isExecutable(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: root.appending(path: path).path)
    }

    /// The folders directly in a folder.
    static func folders(in folder: String) -> [String] {
        Set(
            files.filter { $0.hasPrefix(folder + "/") }.map { $0.split(separator: "/") }.filter { $0.count > 2 }
                .map { String($0[1]) }
        ).sorted()
    }

    private static func collect(_ folder: String, into found: inout [String]) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
        for name in names where !isLeftBehind(name, in: folder) {
            let path = folder.isEmpty ? name : folder + "/" + name
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: root.appending(path: path).path, isDirectory: &isFolder)
            if exists, isFolder.boolValue { collect(path, into: &found) } else { found.append(path) }
        }
    }

    /// The same names as in .gitignore.
    private static func isLeftBehind(_ name: String, in folder: String) -> Bool {
        if folder.isEmpty, name == "var" || name == "Package.resolved" { return true }
        return name == ".git" || name.hasPrefix(".build") || name == ".swiftpm" || name == "__pycache__"
            || name.hasSuffix(".o")
    }
}
