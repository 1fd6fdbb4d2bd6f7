import KeywardCore
import KeywardProtocol

extension ConfirmationCheck {
    func check(_ accounts: any AccountDirectory) -> Check {
        Check(
            check: kind.rawValue, message: message(accounts), lastUsedAt: lastUsedAt.map { Timestamp($0) },
            lastUsedBy: lastUsedBy.map { Account(uid: $0, user: accounts.userName(of: $0)) },
            usesLastDay: usesLastDay.map { Int($0) }, owner: key?.owner.map { Owner($0) }, keys: keys,
            other: other.map { KeyState($0) }, until: until.map { Timestamp($0) },
            accounts: verifiers.flatMap { facts in
                facts.shutOut.isEmpty ? nil : facts.shutOut.map { Account(uid: $0, user: accounts.userName(of: $0)) }
            })
    }

    /// The facts as a sentence.
    func message(_ accounts: any AccountDirectory) -> String {
        let name = key.map { "\($0.name) (\($0.prefix))" } ?? ""
        let owner = key?.owner?.shownName
        switch kind {
        case .recentlyUsed:
            let peer = lastUsedBy.map { Self.name(of: $0, accounts) }
            let times = usesLastDay == 1 ? "once" : "\(usesLastDay ?? 0) times"
            let use = "\(name) was last used \(age) ago by \(peer ?? "nobody known"), \(times) in the last 24 hours."
            return use + (owner.map { " Its owner is \($0)." } ?? "")
        case .otherEndContinues:
            let old = other?.prefix ?? "The old key"
            return
                "The old key, \(old), keeps working \(until.map { "for \(span(until: $0)) more" } ?? "without an end")."
        case .noVerifyingKey: return noKeyVerifies
        case .replacementUnused: return "The replacement of \(name) was never used."
        case .productionRotation:
            return "\(name) is a production key. Has the owner\(owner.map { " (\($0))" } ?? "") been told?"
        case .clockGoesBack, .clockGoesAhead: return clock.map(ClockText.sentences) ?? ""
        case .closesWorkspace, .opensWorkspace, .changesDefault:
            return verifiers.map { verifierMessage($0, accounts) } ?? ""
        case .planWithoutAccess:
            let count = keys ?? 0
            return
                "The plan has no API access; \(count == 1 ? "1 key" : "\(count) keys") in use would no longer verify."
        }
    }

    /// The sentence for a rotation after which no key of it verifies.
    private var noKeyVerifies: String {
        let from = until.map { $0 > now ? "In \(span(until: $0))" : "Then" } ?? "Then"
        let name = key?.name ?? "this name"
        guard let other, !other.status.verifies else { return "\(from) no key named \(name) verifies any more." }
        return "\(from) no key named \(name) verifies any more: \(other.prefix) is \(other.status.rawValue)."
    }

    private func verifierMessage(_ facts: VerifierFacts, _ accounts: any AccountDirectory) -> String {
        switch kind {
        case .closesWorkspace:
            let names = facts.shutOut.prefix(Self.mostNames).map { Self.name(of: $0, accounts) }
            let more = facts.shutOut.count - names.count
            return
                "Then only verifiers can verify keys of \(facts.workspace). In the last 24 hours they were verified by "
                + "\(names.joined(separator: ", "))\(more > 0 ? " and \(more) more accounts" : "")."
        case .opensWorkspace:
            return
                "\(facts.principal) is the last verifier of \(facts.workspace). Then every account can verify its keys."
        default:
            let former = facts.formerDefault ?? "no workspace"
            return "Verifications by \(facts.principal) that name no workspace mean \(former) now. Then they mean "
                + (facts.newDefault ?? "no workspace, because there are several") + "."
        }
    }

    /// The largest number of accounts that a message names.
    private static let mostNames = 10

    private static func name(of uid: UInt32, _ accounts: any AccountDirectory) -> String {
        accounts.userName(of: uid).map { "\($0) (uid \(uid))" } ?? "uid \(uid)"
    }

    private var age: String { Self.text(of: now - (lastUsedAt ?? now)) }

    private func span(until end: Instant) -> String { Self.text(of: end - now) }

    /// A length of time in its greatest whole unit.
    private static func text(of span: Instant.Span) -> String {
        let seconds = max(0, span.milliseconds / 1_000)
        switch seconds {
        case ..<60: return seconds == 1 ? "1 second" : "\(seconds) seconds"
        case ..<3_600: return seconds < 120 ? "1 minute" : "\(seconds / 60) minutes"
        case ..<172_800: return seconds < 7_200 ? "1 hour" : "\(seconds / 3_600) hours"
        default: return "\(seconds / 86_400) days"
        }
    }
}
