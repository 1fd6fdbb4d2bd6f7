import KeywardCore
import KeywardProtocol
import KeywardTesting
import Testing

@testable import KeywardServer

/// What every reply tells of a key is written by hand; it must be what the coder writes.
@Suite struct VerdictTextTests {
    @Test func theFixedPartIsWhatTheCoderWrites() throws {
        var records = RandomRecords(seed: 23)
        var keys = (0..<300).map { number in
            var key = records.key(in: 1)
            // Within the years that a timestamp has.
            key.expiresAt = number % 3 == 0 ? nil : Instant(milliseconds: Int64(number) * 123_456_789_012)
            return key
        }
        for text in ["a \"quoted\" name", "back\\slash", "line\nfeed\u{1}\u{1F}\u{7F}", "Zoë 鍵", ""] {
            var key = records.key(in: 1)
            (key.name, key.scopes, key.expiresAt) = (text, [text, "a:b"], nil)
            for owner in [nil, OwnerRecord(), OwnerRecord(name: text), OwnerRecord(contact: text, principal: text)] {
                key.owner = owner
                keys.append(key)
            }
        }
        for key in keys {
            for workspace in ["default", "a\"b"] {
                let part = FixedPart(
                    keyId: key.id, workspace: workspace, name: key.name, owner: key.owner.map(Owner.init),
                    scopes: key.scopes, metadata: JSONText(key.metadata), expiresAt: key.expiresAt.map(Timestamp.init))
                let written = VerdictText.fixedPart(of: key, workspace: workspace)
                #expect(try Array("{".utf8) + written + Array("}".utf8) == JSONCoding.bytes(of: part))
            }
        }
    }

    private struct FixedPart: Encodable {
        var keyId: String
        var workspace: String
        var name: String
        var owner: Owner?
        var scopes: [String]
        var metadata: JSONText
        var expiresAt: Timestamp?
    }
}
