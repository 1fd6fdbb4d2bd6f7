import Foundation
import KeywardCore
import KeywardStore
import KeywardTesting

/// A folder for one test, removed with the last reference to it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/kwstore.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var database: String { path + "/keyward.db" }

    func open(_ name: String = "keyward.db") throws -> SQLiteStore {
        var random = SeededGenerator(seed: 7)
        return try SQLiteStore(path: path + "/" + name, randomness: &random)
    }

    /// Copies the database and its log as they are on disk now, like after a kill.
    func copyAsKilled(to name: String) throws {
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: database + suffix, toPath: path + "/" + name + suffix)
        }
    }
}
