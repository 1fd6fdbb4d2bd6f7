import KeywardClient
import KeywardProtocol
import Testing

@testable import keyward

struct PepperRemoveTests {
    private static let peppers = [
        PepperUse(id: "aaaaaaaa", current: true, liveKeys: 0), PepperUse(id: "bbbbbbbb", current: false, liveKeys: 2),
        PepperUse(id: "cccccccc", current: false, liveKeys: 0),
    ]

    @Test func aRetiredPepperWithoutKeysCanBeRemoved() throws {
        #expect(try PepperRemoveCommand.removable("CCCCCCCC", among: Self.peppers).id == "cccccccc")
    }

    @Test(arguments: [
        ("aaaaaaaa", Outcome.usage, "current pepper"), ("bbbbbbbb", .refused, "2 keys that may still verify need"),
        ("dddddddd", .usage, "no pepper"),
    ])
    func anotherOneIsRefused(id: String, status: Outcome, words: String) throws {
        let failure = #expect(throws: Failure.self) {
            try PepperRemoveCommand.removable(id, among: Self.peppers)
        }
        #expect(failure?.status == status && failure?.message?.contains(words) == true)
    }
}
