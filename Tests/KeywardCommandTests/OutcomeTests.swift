import KeywardClient
import KeywardProtocol
import Testing

@testable import keyward

extension CommandTests {
    /// The exit status for every error: scripts depend on it.
    @Suite struct OutcomeTests {
        @Test(arguments: [
            (Unreachable.Reason.missing, 2), (.refused, 2), (.busy, 2), (.pathTooLong, 2), (.system(5), 2),
            (.permissionDenied(group: "keyward"), 4), (.permissionDenied(group: nil), 4), (.privateSocket, 4),
        ])
        func aSocketThatIsOutOfReachIs2AndOneThatIsForbidden4(reason: Unreachable.Reason, status: Int) {
            let error = KeywardError.unreachable(Unreachable(path: "/s", reason: reason))
            #expect(Outcome(error).rawValue == Int32(status))
        }

        @Test(arguments: RPCError.Code.allCases) func aRefusalIs1ButForSome(code: RPCError.Code) {
            let status: Int32 =
                switch code {
                case .permissionDenied: 4
                case .confirmationRequired: 6
                case .invalidParams: 3
                case .shuttingDown: 2
                default: 1
                }
            #expect(Outcome(.rejected(RPCError(code, "No."))).rawValue == status)
        }

        @Test func aCallThatWasNotAnsweredIs2AndOneThatCannotBeSent3() {
            let unanswered: [KeywardError] = [
                .timedOut, .connectionLost, .protocolViolation("x"), .cancelled, .closed, .forked,
            ]
            for error in unanswered { #expect(Outcome(error) == .unreachable, "\(error)") }
            #expect(Outcome(.requestTooLong(limit: 9)) == .usage)
        }
    }
}
