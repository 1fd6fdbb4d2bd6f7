import Foundation
import KeywardCore
import Testing

/// The vectors of digests of imported keys, which an independent implementation has made.
struct ForeignDigestVectorTests {
    private struct Vectors: Decodable {
        var vectors: [Vector]
    }

    private struct Vector: Decodable {
        var pepper, format, secret: String
        var shortToken, sha256, digest: String?
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Vectors")

    @Test func theDigestOfAPresentedSecretIsThatOfTheVectors() throws {
        let data = try Data(contentsOf: Self.folder.appending(path: "imported-digests.json"))
        let vectors = try JSONDecoder().decode(Vectors.self, from: data).vectors
        #expect(Set(vectors.map(\.format)) == ["sha256", "seam"] && vectors.contains { $0.digest == nil })
        for vector in vectors {
            let format = try #require(ImportFormat.allCases.first { "\($0.word)" == vector.format })
            let foreign = Array(vector.secret.utf8).withUnsafeBytes { ForeignDigest(format, ofSecret: $0) }
            let pepper = Pepper(bytes: hexBytes(vector.pepper))
            #expect(foreign.map { pepper.digest(of: $0).bytes } == vector.digest.map(hexBytes), "\(vector.secret)")
            #expect(foreign.map { String(decoding: $0.shortToken, as: UTF8.self) } == vector.shortToken)
            guard let sha256 = vector.sha256.flatMap({ Digest(bytes: hexBytes($0)) }) else { continue }
            // What another system stores leads to the same digest as the secret itself.
            let stored = ForeignDigest(format, shortToken: Array((vector.shortToken ?? "").utf8), sha256: sha256)
            #expect(stored == foreign)
        }
    }

    @Test(arguments: [15, 513])
    func aTextOfAnotherLengthIsNoImportedKey(length: Int) {
        let text = Array("a_".utf8) + [UInt8](repeating: UInt8(ascii: "b"), count: length - 2)
        for format in ImportFormat.allCases {
            #expect(text.withUnsafeBytes { ForeignDigest(format, ofSecret: $0) } == nil)
        }
    }

    @Test func aForeignDigestDoesNotPrintWhatItHas() {
        let digest = ForeignDigest(.seam, shortToken: Array("BRTRKFsL".utf8), sha256: Digest(words: .one))
        #expect(!"\(digest)".contains("BRTRKFsL") && !String(reflecting: digest).contains("66"))
        #expect(Mirror(reflecting: digest).children.isEmpty)
    }

    @Test func anImplementationInAnotherLanguageAgrees() throws {
        guard let run = try VectorScript.run(Self.folder.appending(path: "check_imported_digests.py")) else { return }
        #expect(run.status == 0, "\(run.output)")
    }

    private func hexBytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).map { offset in
            UInt8(hex.dropFirst(offset).prefix(2), radix: 16)!
        }
    }
}
