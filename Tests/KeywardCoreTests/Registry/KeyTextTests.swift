import KeywardTesting
import Testing

@testable import KeywardCore

/// The text of a key: its reply parts, and the record decoded from it.
struct KeyTextTests {
    @Test func everyRecordComesBackAsItWas() {
        var records = RandomRecords(seed: 11)
        for _ in 1...500 {
            var key = records.key(in: 1)
            // The slot has its own copy of it.
            key.ledger = nil
            #expect(through(key) == key)
        }
        for owner in [nil, OwnerRecord(), OwnerRecord(name: "", contact: "a@b", principal: nil)] {
            for scopes in [[], ["a"], ["a:b", "c*", "d,e"], ["é"], ["\"", "\\"]] {
                for expiry in [nil, Instant(milliseconds: 7), .distantFuture] {
                    var key = plainKey()
                    (key.owner, key.scopes, key.expiresAt) = (owner, scopes, expiry)
                    #expect(through(key) == key)
                }
            }
        }
    }

    @Test func aRowIsTheRecordThatItWasLentBy() {
        var records = RandomRecords(seed: 12)
        for _ in 1...500 {
            let key = records.key(in: 1)
            #expect(key.withRow { KeyRecord($0) } == key)
        }
    }

    @Test func aReplyThatNeedsNoEscapesIsMadeOfPiecesAndAnotherStandsWhole() {
        let whole = Array("whole".utf8)
        #expect(written(plainKey()) == plainReply(of: plainKey()))
        #expect(written(plainKey(), workspace: "team-a") != written(plainKey()))
        for name in ["Zoë 鍵", "a \"quoted\" owner", "back\\slash", "line\nfeed", "\u{1f}", "12345678\u{7f}\""] {
            let isPlain = name == "Zoë 鍵"
            for change in [
                { $0.owner = OwnerRecord(name: name) }, { $0.owner = OwnerRecord(contact: name) },
                { $0.owner = OwnerRecord(contact: "c", principal: name) }, { $0.name = name }, { $0.id = name },
            ] as [(inout KeyRecord) -> Void] {
                var key = plainKey()
                change(&key)
                #expect(written(key) == (isPlain ? plainReply(of: key) : whole))
                #expect(through(key) == key)
            }
        }
        var key = plainKey()
        key.metadata = "{\"a\":\n\"b\"}"
        #expect(written(key) == whole)
        key.metadata = "{\"a\":\"\\n\"}"
        #expect(written(key) == plainReply(of: key))
        key.scopes = ["a\"b"]
        #expect(written(key) == whole)
    }

    @Test func whatIsNoUTF8IsRepaired() {
        let bytes: [UInt8] = [0x61, 0xFF, 0x62]
        let text = bytes.withUnsafeBytes { name in
            plainKey().withRow { row in
                var row = row
                row.name = BorrowedText(name)
                var writer = KeyTextWriter(Self.renderer)
                return Array(writer.write(row, in: "default"))
            }
        }
        var key = plainKey()
        key.name = "a\u{FFFD}b"
        var writer = KeyTextWriter(Self.renderer)
        #expect(text == key.withRow { Array(writer.write($0, in: "default")) })
    }

    @Test func aFieldThatIsReadAloneIsTheRecords() {
        var records = RandomRecords(seed: 13)
        var (whole, plain) = (0, 0)
        for round in 1...500 {
            var key = records.key(in: 1)
            if round % 2 == 0 {
                key.attributes = plainKey().attributes
                (key.id, key.name) = ("key_\(round)", "crm")
            }
            withText(key) { text in
                if text.head.isWhole { whole += 1 } else { plain += 1 }
                #expect(text.prefix.elementsEqual(key.prefix.utf8))
                #expect(text.pepper == key.pepper)
                #expect(text.links.successor == key.successor)
                #expect(text.links.predecessor == key.origin?.predecessor)
                #expect(text.scopeList == key.scopes)
            }
        }
        #expect(whole > 100 && plain > 100)
    }

    @Test func aSearchLooksAtWhatPeopleKnowAKeyBy() {
        for owner in ["Team", "a \"quoted\" owner"] {
            var key = plainKey()
            key.owner = OwnerRecord(name: owner, contact: "a@b", principal: "user:ada")
            key.purpose = "billing"
            key.revocation = KeyRecord.Revocation(at: key.createdAt, by: key.createdBy, reason: "other", note: "gone")
            var looked: [String] = []
            withText(key) { text in
                #expect(
                    !text.anyPackedText {
                        looked.append(String(decoding: $0, as: UTF8.self))
                        return false
                    })
                for word in looked { #expect(text.anyPackedText { $0.elementsEqual(word.utf8) }) }
            }
            // Where the reply is not whole, the owner stands in its piece.
            #expect(looked == ["crm", "kw_abc"] + (owner == "Team" ? [] : [owner, "a@b"]) + ["billing"])
        }
    }

    @Test func scopesAreReadInPlaceAndPackedAlike() {
        for owner in ["Team", "a \"quoted\" owner"] {
            var key = plainKey()
            key.owner = OwnerRecord(name: owner)
            withText(key) { text in
                #expect(text.head.isWhole == (owner != "Team"))
                let demand = VerificationDemand(scopes: ["orders:read", "users:x"].map { Array($0.utf8) })
                #expect(demand.missing(from: text.scopeList).isEmpty)
                let other = VerificationDemand(scopes: [Array("orders:write".utf8)])
                #expect(other.missing(from: text.scopeList) == other.scopes)
            }
        }
    }

    @Test(arguments: 0...17) func aTextIsLookedAtWhole(place: Int) {
        func form(_ byte: UInt8) -> TextForm {
            var text = [UInt8](repeating: 0x61, count: 18)
            text[place] = byte
            return text.withUnsafeBytes { TextForm(of: $0) }
        }
        for byte in UInt8.min ... .max {
            var expected: TextForm = []
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { expected.insert(.needsEscapes) }
            if byte == 0x0A || byte == 0x0D { expected.insert(.breaksLine) }
            if byte >= 0x80 { expected.insert(.isDamaged) }
            #expect(form(byte) == expected)
        }
    }

    @Test func runsOfTheArenaAreReusedBySizeAndNeverShared() {
        var random = SeededGenerator(seed: 3)
        var arena = TextArena()
        var held: [(run: UnsafeMutableRawPointer, count: Int, byte: UInt8)] = []
        for step in 0..<20_000 {
            if random.chance(1, outOf: 2), !held.isEmpty {
                let (run, count, byte) = held.remove(at: Int.random(in: held.indices, using: &random))
                #expect(UnsafeRawBufferPointer(start: run, count: count).allSatisfy { $0 == byte })
                arena.free(run, count)
            } else {
                let count = Int.random(in: 1...2_200, using: &random)
                let byte = UInt8(truncatingIfNeeded: step)
                let run = arena.allocate(count)
                run.initializeMemory(as: UInt8.self, repeating: byte, count: count)
                held.append((run, count, byte))
            }
        }
        for (run, count, byte) in held {
            #expect(UnsafeRawBufferPointer(start: run, count: count).allSatisfy { $0 == byte })
            TextArena.end(run, count)
        }
    }

    private func plainKey() -> KeyRecord {
        KeyRecord(
            number: 1, id: "key_01", workspace: 1, name: "crm", prefix: "kw_abc", digest: Digest(words: .zero),
            pepper: PepperID(rawValue: 1), createdAt: Instant(milliseconds: 5), createdBy: Actor(uid: 0, user: "root"),
            attributes: KeyAttributes(
                owner: OwnerRecord(name: "Team", contact: nil, principal: "user:ada"),
                scopes: ["orders:read", "users:*"], metadata: #"{"a":1}"#))
    }

    private static let renderer = ReplyRenderer(
        phrases: AuthorityFixture.renderer.phrases, fixedPart: { _, _ in Array("whole".utf8) },
        instant: { _, buffer in
            buffer.copyBytes(from: "\"then\"".utf8)
            return 6
        },
        details: { _, _ in }, limit: { _ in [] })

    private func plainReply(of key: KeyRecord) -> [UInt8] {
        func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "null" }
        let owner =
            key.owner.map {
                "{\"name\":\(quoted($0.name)),\"contact\":\(quoted($0.contact)),\"principal\":\(quoted($0.principal))}"
            } ?? "null"
        let head = "\"keyId\":\"\(key.id)\",\"workspace\":\"default\",\"name\":\"\(key.name)\",\"owner\":\(owner)"
        let scopes = key.scopes.map { quoted($0) }.joined(separator: ",")
        let expiry = key.expiresAt == nil ? "null" : "\"then\""
        return Array("\(head),\"scopes\":[\(scopes)],\"metadata\":\(key.metadata),\"expiresAt\":\(expiry)".utf8)
    }

    private func withText<R>(_ key: KeyRecord, _ body: (KeyText) -> R) -> R {
        var writer = KeyTextWriter(Self.renderer)
        let bytes = key.withRow { Array(writer.write($0, in: "default")) }
        let run = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + KeyText.shortPiece, alignment: 16)
        defer { run.deallocate() }
        bytes.withUnsafeBytes { run.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        return body(KeyText(base: run))
    }

    private func through(_ key: KeyRecord) -> KeyRecord {
        let facts = StatusFacts(of: key, lastUsedAt: nil, origin: nil)
        let hot = HotKey(digest: key.digest, facts: facts, workspace: key.workspace, number: key.number)
        return withText(key) { KeyRecord(hot, $0) }
    }

    private func written(_ key: KeyRecord, workspace: String = "default") -> [UInt8] {
        let name = Array(workspace.utf8)
        return name.withUnsafeBytes { name in
            withText(key) { text in
                let size = text.mostReplyBytes(name)
                return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                    count = text.writeReply(name, to: UnsafeMutableRawPointer(buffer.baseAddress!))
                }
            }
        }
    }
}

/// Ledger slots for changes that are stored together.
struct LedgerPlaceTests {
    @Test func aKeyThatSeveralChangesOfAGroupHaveGetsOnePlace() throws {
        let fixture = try AuthorityFixture()
        let known = try fixture.create("known")
        var records = RandomRecords(seed: 1)
        var fresh = records.key(in: 1)
        (fresh.number, fresh.ledger) = (77, nil)
        var old = known.view.record
        old.ledger = nil
        var group = [Changes(mark: fixture.now), Changes(mark: fixture.now)]
        group[0].keys = [fresh, old]
        group[1].keys = [fresh]
        fixture.authority.registry.allocatePlaces(for: &group)
        let place = try #require(group[0].keys[0].ledger)
        #expect(group[1].keys[0].ledger == place)
        #expect(group[0].keys[1].ledger == known.view.record.ledger && known.view.record.ledger != nil)
        fixture.authority.registry.releasePlaces(of: group)
        let next = try fixture.create("next")
        #expect(next.view.record.ledger?.slot == place.slot)
        #expect(try fixture.create("another").view.record.ledger?.slot != place.slot)
    }
}
