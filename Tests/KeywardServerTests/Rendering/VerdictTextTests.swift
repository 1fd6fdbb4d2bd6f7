import KeywardProtocol
import KeywardTesting
import Testing

@testable import KeywardCore
@testable import KeywardServer

/// The fixed part of every reply about a key is written without the coder; it must equal the coder's output.
@Suite struct VerdictTextTests {
    private func keys() -> [KeyRecord] {
        var records = RandomRecords(seed: 23)
        var keys = (0..<300).map { number in
            var key = records.key(in: 1)
            // Within the years of a timestamp.
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
        return keys
    }

    @Test func theFixedPartIsWhatTheCoderWrites() throws {
        for key in keys() {
            for workspace in ["default", "a\"b"] {
                let part = FixedPart(
                    keyId: key.id, workspace: workspace, name: key.name, owner: key.owner.map(Owner.init),
                    scopes: key.scopes, metadata: JSONText(key.metadata), expiresAt: key.expiresAt.map(Timestamp.init))
                let written = VerdictText.fixedPart(of: key, workspace: workspace)
                #expect(try Array("{".utf8) + written + Array("}".utf8) == JSONCoding.bytes(of: part))
            }
        }
    }

    /// A reply is assembled from pieces of the key's row; it must equal the encoding of its record.
    @Test(arguments: [true, false]) func aKeyInTheRingTellsTheFixedPart(isLoaded: Bool) {
        let registry = KeyRegistry(renderer: VerdictText.renderer)
        let context = StatusContext(apiAccess: true, staleAfter: .days(90))
        registry.adopt([RegisteredWorkspace(name: "default", number: 1, context: context)], Policy())
        let keys = keys().enumerated().map { place, key in
            var key = key
            (key.number, key.ledger) = (Int64(place + 1), nil)
            key.digest = Digest(words: SIMD4(repeating: UInt64(place)))
            return key
        }
        let usage = UsageTotals(key: 0, valid: 0, refused: 0, lastUsedAt: nil, lastUsedBy: nil)
        if isLoaded {
            _ = registry.load(keys.count) { load in
                for key in keys { key.withRow { load(StoredKey(row: $0, usage: usage, peers: [])) } }
            }
        } else {
            var changes = Changes(mark: .distantPast)
            changes.keys = keys
            registry.apply(changes)
        }
        for key in keys {
            let (written, record) = registry.read { state in
                let index = state.index(ofNumber: key.number)!
                let (text, name) = (state.table[index].text!, Array("default".utf8))
                let reply = name.withUnsafeBytes { name in
                    [UInt8](unsafeUninitializedCapacity: text.mostReplyBytes(name)) { buffer, count in
                        count = text.writeReply(name, to: UnsafeMutableRawPointer(buffer.baseAddress!))
                    }
                }
                return (reply, state.records[index])
            }
            #expect(written == VerdictText.fixedPart(of: key, workspace: "default"))
            var expected = key
            expected.ledger = record?.ledger
            #expect(record == expected && record?.ledger != nil)
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
