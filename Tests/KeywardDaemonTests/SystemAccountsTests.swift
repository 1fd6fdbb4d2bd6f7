import Testing

@testable import keywardd

struct SystemAccountsTests {
    private let accounts = SystemAccounts(monotonic: { .zero })

    @Test func rootIsFoundBothWays() {
        #expect(accounts.userName(of: 0) == "root")
        #expect(accounts.userID(named: "root") == 0)
        #expect(accounts.groupID(named: "root") == 0)
    }

    @Test func whatDoesNotExistIsNil() {
        #expect(accounts.userName(of: 3_999_999_999) == nil)
        #expect(accounts.userID(named: "no-such-user") == nil)
        #expect(accounts.groupID(named: "no-such-group") == nil)
    }

    @Test func aLoginThatIsAskedForNowIsLookedUp() {
        #expect(accounts.currentUserName(of: 0) == "root")
        #expect(accounts.currentUserName(of: 3_999_999_999) == nil)
        #expect(accounts.hasGroup(0) && !accounts.hasGroup(3_999_999_999))
    }

    @Test func rootIsNoHuman() {
        #expect(!accounts.humanNames().contains("root"))
    }

    @Test(arguments: [
        ("Ada Lovelace,Room 1,,", "Ada Lovelace"), ("Ada &", "Ada Ada"), ("", nil), (",,,", nil), ("  ", nil),
    ])
    func theFullNameIsTheFirstFieldOfGECOS(gecos: String, name: String?) {
        #expect(NameService.User.fullName(gecos: gecos, login: "ada") == name)
    }
}

struct AccountNamesTests {
    @Test func aNameIsKnownForAMinute() {
        var names = AccountNames()
        names.learn("ada", of: 1_000, at: .seconds(5))
        #expect(names.name(of: 1_000, at: .seconds(64))?.name == "ada")
        #expect(names.name(of: 1_000, at: .seconds(65)) == nil)
    }

    @Test func thatThereIsNoAccountIsKnownToo() {
        var names = AccountNames()
        names.learn(nil, of: 7, at: .zero)
        let known = names.name(of: 7, at: .seconds(1))
        #expect(known != nil && known?.name == nil)
    }

    @Test func theNumberOfNamesIsBounded() {
        var names = AccountNames()
        for uid in 0...UInt32(AccountNames.capacity) { names.learn("x", of: uid, at: .zero) }
        #expect(names.name(of: 0, at: .zero) == nil)
        #expect(names.name(of: UInt32(AccountNames.capacity), at: .zero)?.name == "x")
    }
}
