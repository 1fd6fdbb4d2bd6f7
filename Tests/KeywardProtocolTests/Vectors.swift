import Foundation
import ReferenceJSON
import Testing

/// A case of `Tests/Vectors/json-rfc8259.json`.
struct JSONVector: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var text: String?
    var hex: String?
    var verdict: String

    var testDescription: String { name }

    var bytes: [UInt8] {
        if let text { return Array(text.utf8) }
        let digits = Array((hex ?? "").utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    static let all: [JSONVector] = {
        struct File: Decodable { var cases: [JSONVector] }
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Vectors/json-rfc8259.json")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? JSONDecoder().decode(File.self, from: data).cases) ?? []
    }()
}

/// The committed corpus of the scanner's fuzzer, including former failures.
let scannerCorpus: [[UInt8]] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzz/Corpus/scanner")
    let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).compactMap { try? Data(contentsOf: $0) }.map { Array($0) }
}()
