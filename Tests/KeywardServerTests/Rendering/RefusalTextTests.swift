import KeywardCore
import Testing

@testable import KeywardServer

/// The texts of refusals.
struct RefusalTextTests {
    private static func caller(_ user: String?) -> Caller {
        Caller(peer: PeerCredentials(uid: 1_000, gid: 1_000, pid: 0, groups: []), user: user, isOperator: false)
    }

    private static func denial(_ user: String?, group: String) -> String {
        Refusal.permissionDenied(.notAnOperator(caller(user), group: group)).message(accounts: FixedAccounts())
    }

    @Test func whoIsNoOperatorIsToldTheCommandThatChangesIt() {
        #expect(Self.denial("jane", group: "staff").hasSuffix("usermod --append --groups keyward,staff jane"))
    }

    /// A shell would interpret these names.
    @Test(
        arguments: [
            ("jane", "a b"), ("jane", "$(id)"), ("-jane", "staff"), ("ja;ne", "staff"), ("", "staff"), (nil, "staff"),
        ] as [(String?, String)])
    func namesThatAShellWouldReadAreInNoCommand(user: String?, group: String) {
        let message = Self.denial(user, group: group)
        #expect(!message.contains("usermod") && message.hasSuffix("the members of group \(group)."))
    }

    @Test func aKeyNameThatIsRefusedIsNotRepeated() throws {
        for name in ["Jane Doe", "kw_8fql2mxw", "d41d8cd98f00b204e9800998ecf8427e"] {
            let fault = try #require(KeyName.fault(in: name))
            let refusal = Refusal.policyViolation(.keyName(fault), param: "name")
            #expect(!refusal.message(accounts: FixedAccounts()).contains(name))
        }
    }
}
