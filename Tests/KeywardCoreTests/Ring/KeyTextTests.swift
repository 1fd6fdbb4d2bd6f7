import KeywardTesting
import Testing

@testable import KeywardCore

/// The text of a key: what it makes replies of, and the record that comes back from it.
struct KeyTextTests {
    @Test func everyRecordComesBackAsItWas() {
        var records = RandomRecords(seed: 11)
        for number in Int64(1)...500 {
            var key = records.key(in: 1)
            key.ledger = number % 3 == 0 ? LedgerPlace(slot: UInt32(number), generation: .max) : nil
            #expect(through(key, reply: Array("\"other\":1".utf8)) == key)
        }
        for owner in [nil, OwnerRecord(), OwnerRecord(name: "", contact: "a@b", principal: nil)] {
            for scopes in [[], ["a"], ["a:b", "c*", "d,e"]] {
                var key = plainKey()
                (key.owner, key.scopes) = (owner, scopes)
                #expect(through(key, reply: plainReply(of: key)) == key)
            }
        }
    }

    @Test func aReplyOfPiecesIsTheReplyThatWasRendered() {
        let key = plainKey()
        let reply = plainReply(of: key)
        #expect(written(key, reply: reply) == reply)
        #expect(written(key, reply: reply, workspace: "team-a") != reply)
    }

    @Test(arguments: [nil, "a \"quoted\" owner", "back\\slash"])
    func aReplyThatNeedsEscapesStandsWhole(owner: String?) {
        var key = plainKey()
        key.owner = owner.map { OwnerRecord(name: $0, contact: nil, principal: "user:ada") }
        let reply = Array(#""keyId":"key","owner":"\"escaped\"""#.utf8)
        #expect(written(key, reply: reply) == reply)
        #expect(through(key, reply: reply) == key)
    }

    @Test func scopesAreReadInPlaceAndFromARecordAlike() {
        for reply in [plainReply(of: plainKey()), Array("x".utf8)] {
            withText(plainKey(), reply: reply) { text in
                #expect(text.covers([Array("orders:read".utf8), Array("users:x".utf8)], digest: plainKey().digest))
                #expect(!text.covers([Array("orders:write".utf8)], digest: plainKey().digest))
            }
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
            owner: OwnerRecord(name: "Team", contact: nil, principal: "user:ada"), scopes: ["orders:read", "users:*"],
            metadata: #"{"a":1}"#)
    }

    /// As the renderer writes it where nothing needs escapes.
    private func plainReply(of key: KeyRecord) -> [UInt8] {
        func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "null" }
        let owner =
            key.owner.map {
                "{\"name\":\(quoted($0.name)),\"contact\":\(quoted($0.contact)),\"principal\":\(quoted($0.principal))}"
            } ?? "null"
        let head = "\"keyId\":\"\(key.id)\",\"workspace\":\"default\",\"name\":\"\(key.name)\",\"owner\":\(owner)"
        let scopes = key.scopes.map { quoted($0) }.joined(separator: ",")
        return Array("\(head),\"scopes\":[\(scopes)],\"metadata\":\(key.metadata),\"expiresAt\":null".utf8)
    }

    private func withText<R>(_ key: KeyRecord, reply: [UInt8], _ body: (KeyText) -> R) -> R {
        var writer = KeyTextWriter()
        let bytes = writer.write(key, reply: reply, workspace: "default")
        let run = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 16)
        defer { run.deallocate() }
        bytes.withUnsafeBytes { run.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        return body(KeyText(base: run))
    }

    private func through(_ key: KeyRecord, reply: [UInt8]) -> KeyRecord {
        withText(key, reply: reply) { KeyRecord($0, digest: key.digest) }
    }

    private func written(_ key: KeyRecord, reply: [UInt8], workspace: String = "default") -> [UInt8] {
        let name = Array(workspace.utf8)
        return name.withUnsafeBytes { name in
            withText(key, reply: reply) { text in
                let size = text.replySize(name)
                return [UInt8](unsafeUninitializedCapacity: size) { room, count in
                    count = text.writeReply(name, to: UnsafeMutableRawPointer(room.baseAddress!))
                }
            }
        }
    }
}

/// Places in the ledger for changes that are stored together.
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
        fixture.authority.ring.withState { $0.claimPlaces(for: &group) }
        let place = try #require(group[0].keys[0].ledger)
        #expect(group[1].keys[0].ledger == place)
        #expect(group[0].keys[1].ledger == known.view.record.ledger && known.view.record.ledger != nil)
        fixture.authority.ring.withState { $0.releasePlaces(of: group) }
        let next = try fixture.create("next")
        #expect(next.view.record.ledger?.slot == place.slot)
        #expect(try fixture.create("another").view.record.ledger?.slot != place.slot)
    }
}
