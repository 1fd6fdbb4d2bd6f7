import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardServer

/// Verifications of several connections are taken first and answered together, like in the event loop.
@Suite struct TogetherTests {
    private let peers = [Peer.gate, .root, .anna]

    @Test func connectionsThatAreAnsweredTogetherAreAnsweredAsAlone() throws {
        let (joint, single) = (try KeysOfAllKinds(), try KeysOfAllKinds())
        let handler = RequestService(joint.daemon.server.services, on: .verify).makeHandler()
        let talks = try (0..<7).map { try Talk(handler, as: peers[$0 % peers.count].credentials) }
        let alone = try (0..<7).map { try single.daemon.talk(as: peers[$0 % peers.count], on: .verify) }
        var random = Seeded(3)
        var lines = joint.questions.enumerated().map { number, params in
            #"{"jsonrpc":"2.0","id":\#(number + 1),"method":"keys.verify","params":\#(params)}"# + "\n"
        }
        lines += Array(repeating: #"{"jsonrpc":"2.0","id":1,"method":"system.ping"}"# + "\n", count: 60)
        lines.shuffle(using: &random)
        var counts = (taken: 0, left: 0)
        while !lines.isEmpty {
            let texts = talks.map { _ in
                let count = min(lines.count, Int.random(in: 0...4, using: &random))
                defer { lines.removeLast(count) }
                return lines.suffix(count).joined()
            }
            let taken = zip(talks, texts).map { talk, text in
                talk.give(text)
                return talk.take()
            }
            for place in talks.indices where taken[place] { talks[place].answerTaken() }
            for place in talks.indices.sorted(by: { taken[$0] && !taken[$1] }) {
                #expect(talks[place].replies() == alone[place].say(texts[place]))
            }
            counts.taken += taken.count { $0 }
            counts.left += taken.count { !$0 }
        }
        #expect(counts.taken > 20 && counts.left > 20)
        #expect(try joint.tally() == single.tally())
        #expect(try joint.countsByKey() == single.countsByKey())
    }

    @Test func eachConnectionCountsForItsOwnPeer() throws {
        let daemon = try InMemoryDaemon()
        let handler = RequestService(daemon.server.services, on: .verify).makeHandler()
        let key = try daemon.secret("crm")
        let talks = try peers.map { try Talk(handler, as: $0.credentials) }
        for (count, talk) in talks.enumerated() {
            talk.give(verifications(of: Array(repeating: key, count: count + 1)))
            #expect(talk.take())
        }
        for (count, talk) in talks.enumerated() {
            talk.answerTaken()
            #expect(talk.replies().count == count + 1)
        }
        let shares = try daemon.call("keys.usage", #"{"key":"crm"}"#)["byPeer"].items
        let expected = zip(peers, 1...).map { "\($0.credentials.uid): \($1)" }
        #expect(shares.map { "\($0["uid"].int ?? -1): \($0["valid"].int ?? -1)" }.sorted() == expected.sorted())
    }

    @Test func linesBesideVerificationsAreAnsweredInTheirOrder() throws {
        let daemon = try InMemoryDaemon()
        let key = try daemon.secret("crm")
        let talk = try daemon.talk(on: .verify)
        let lines = verifications(of: [key]) + #"{"jsonrpc":"2.0","id":"p","method":"system.ping"}"# + "\n"
        talk.give(lines + verifications(of: [key]))
        #expect(!talk.take())
        #expect(try talk.replies().map { try JSON(parsing: $0)["id"] } == [.number(1), "p", .number(1)])
        // A line that was already taken is not answered again with others.
        talk.give(verifications(of: [key]))
        #expect(talk.take())
        talk.answerTaken()
        #expect(talk.replies().count == 1)
        #expect(try daemon.call("keys.list")["keys"].items.map(\.["usageCount"].int) == [3])
    }

    @Test func moreThanAreAnsweredTogetherAreAnsweredToo() throws {
        let daemon = try InMemoryDaemon()
        let handler = RequestService(daemon.server.services, on: .verify).makeHandler()
        let key = try daemon.secret("crm")
        let talks = try (0..<20).map { _ in try Talk(handler, as: Peer.gate.credentials) }
        let taken = talks.map { talk in
            talk.give(verifications(of: Array(repeating: key, count: 40)))
            return talk.take()
        }
        #expect(taken.contains(true) && taken.contains(false))
        for (talk, isTaken) in zip(talks, taken) where isTaken { talk.answerTaken() }
        for talk in talks { #expect(talk.replies().count == 40) }
    }

    private func verifications(of keys: [String]) -> String {
        keys.enumerated().map { number, key in
            #"{"jsonrpc":"2.0","id":\#(number + 1),"method":"keys.verify","params":{"key":"\#(key)"}}"# + "\n"
        }.joined()
    }
}
