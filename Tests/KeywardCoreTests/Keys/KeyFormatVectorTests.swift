import Foundation
import KeywardCore
import Testing

/// The vectors that implementations in other languages must also satisfy.
struct KeyFormatVectorTests {
    private struct Vectors: Decodable {
        var digits: String
        var valid: [Valid]
        var malformed: [Malformed]
    }

    private struct Valid: Decodable {
        var tag, id, secret, crc32, check, prefix, key, pepper, digest: String
    }

    private struct Malformed: Decodable {
        var text, why: String
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Vectors")

    private func vectors() throws -> Vectors {
        let data = try Data(contentsOf: Self.folder.appending(path: "key-format.json"))
        return try JSONDecoder().decode(Vectors.self, from: data)
    }

    @Test func validKeysHaveTheirPartsChecksumsAndDigests() throws {
        let vectors = try vectors()
        #expect(vectors.digits.utf8.elementsEqual((0..<62).map(Base62.digit)))
        #expect(Set(vectors.valid.map(\.tag.utf8.count)) == Set(2...12).subtracting([3, 6]))
        for vector in vectors.valid {
            let covered = "\(vector.tag)_\(vector.id)_\(vector.secret)"
            let checksum = Array(covered.utf8).withUnsafeBytes { CRC32.checksum($0) }
            let check = Base62.sixDigits(of: checksum)
            #expect(checksum == UInt32(vector.crc32, radix: 16))
            #expect(vector.check.utf8.elementsEqual(check.indices.map { check[$0] }))
            #expect(vector.key == covered + vector.check)
            #expect(KeyFormat.isWellFormed(vector.key))
            #expect(KeyReference(vector.prefix) == .prefix(vector.prefix))
            let pepper = Pepper(bytes: bytes(vector.pepper))
            let digest = Array(vector.key.utf8).withUnsafeBytes { pepper.digest(of: $0) }
            #expect(digest.bytes == bytes(vector.digest), "\(vector.prefix)")
        }
    }

    @Test func malformedTextsAreRefused() throws {
        for vector in try vectors().malformed {
            #expect(!KeyFormat.isWellFormed(vector.text), "\(vector.why)")
        }
    }

    @Test func anImplementationInAnotherLanguageAgrees() throws {
        guard let run = try VectorScript.run(Self.folder.appending(path: "check_key_format.py")) else { return }
        #expect(run.status == 0, "\(run.output)")
    }

    private func bytes(_ hex: String) -> [UInt8] {
        var digits = Substring(hex)
        var bytes: [UInt8] = []
        while !digits.isEmpty {
            bytes.append(UInt8(digits.prefix(2), radix: 16)!)
            digits = digits.dropFirst(2)
        }
        return bytes
    }
}
