internal import ArgumentParser
internal import KeywardClient

/// `keyward member grant`
struct MemberGrant: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Set what a Unix user or group can do in a workspace.",
        discussion: """
            A workspace with a verifier is closed: only its verifiers can verify its keys.
            """)

    @Argument(help: "The account: user:NAME, group:NAME, uid:N or gid:N.", completion: .principals)
    var principal: String

    @Argument(
        help: ArgumentHelp(
            "A role (viewer, admin or none), verifier or no-verifier, or both. What is not named stays.",
            valueName: "grant"),
        completion: .list(MemberGrants.words))
    var grants: [String]

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func validate() throws { _ = try MemberGrants(grants) }

    func run(in session: Session) throws {
        let wanted = try MemberGrants(grants)
        let answer = try session.callConfirming(
            GrantMember.self, isConfirmed: confirmation.yes,
            question: "Grant \(grants.joined(separator: " and ")) on \(place.name) to \(principal)?"
        ) {
            GrantMember.Params(
                workspace: place.name, principal: principal, role: wanted.role, verifier: wanted.verifier, confirm: $0)
        }
        try session.write(answer) { _ in
            for sentence in wanted.outcome(of: principal, in: place.name) { session.console.report(sentence) }
        }
    }
}

/// What `keyward member grant` grants, from its words.
struct MemberGrants {
    static let words = Member.Role.known.map(\.rawValue) + ["verifier", "no-verifier"]

    /// The new role; `nil` keeps the role.
    private(set) var role: Member.Role?
    /// Whether the member becomes a verifier; `nil` keeps that.
    private(set) var verifier: Bool?

    init(_ words: [String]) throws {
        for word in words {
            switch word {
            case "verifier", "no-verifier":
                guard verifier == nil else { throw ValidationError("Give 'verifier' or 'no-verifier' once.") }
                verifier = word == "verifier"
            case _ where Member.Role.known.contains(Member.Role(rawValue: word)):
                guard role == nil else { throw ValidationError("Give one role, not \(role!) and \(word).") }
                role = Member.Role(rawValue: word)
            default:
                throw ValidationError("'\(word)' cannot be granted. Use one of: \(Self.words.joined(separator: ", ")).")
            }
        }
        guard !words.isEmpty else {
            throw ValidationError("Name what to grant: \(Self.words.joined(separator: ", ")).")
        }
    }

    /// What happened, in sentences.
    func outcome(of principal: String, in workspace: String) -> [String] {
        var sentences: [String] = []
        if let role {
            sentences.append(
                role == .none
                    ? "\(principal) has no role on \(workspace) any more."
                    : "Granted \(role) on \(workspace) to \(principal).")
        }
        if let verifier {
            sentences.append(
                verifier
                    ? "\(principal) can verify keys of \(workspace). Accounts that are not verifiers of it cannot."
                    : "\(principal) is not a verifier of \(workspace) any more.")
        }
        return sentences
    }
}
