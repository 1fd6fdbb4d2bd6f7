internal import ArgumentParser
internal import KeywardClient

/// The options of every command that talks to the daemon.
struct CommonOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("The socket of the daemon.", valueName: "path"), completion: .file())
    var socket: String?

    @Flag(help: "Print the result as JSON, and an error as one line of JSON.")
    var json = false

    @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "when"))
    var color = ColorChoice.auto
}

/// The workspace.
struct WorkspaceOption: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("w"), .long], help: "The workspace; by default 'default'.", completion: .workspaceNames)
    var workspace: String?

    /// For methods that require a workspace.
    var name: String { workspace ?? "default" }
}

/// The key.
struct KeyArgument: ParsableArguments, Sendable {
    @Argument(help: "The name, prefix or id of a key.", completion: .keyNames)
    var key: String

    @OptionGroup var place: WorkspaceOption
}

/// Confirms the daemon's checks in advance.
struct ConfirmationOption: ParsableArguments, Sendable {
    @Flag(name: [.customShort("y"), .long], help: "Skip confirmation.")
    var yes = false
}

/// The technical owner of a key.
struct OwnerOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("The technical owner: a person or a team.", valueName: "name"))
    var owner: String?

    @Option(help: ArgumentHelp("How to reach the owner.", valueName: "contact"))
    var ownerContact: String?

    @Option(
        help: ArgumentHelp(
            "The account that may confirm rotations: user:NAME, group:NAME, uid:N or gid:N.", valueName: "principal"),
        completion: .principals)
    var ownerPrincipal: String?

    /// `nil` when no owner option was given.
    func applied(to current: Owner? = nil) -> Owner? {
        guard isGiven else { return nil }
        return Owner(
            name: owner ?? current?.name, contact: ownerContact ?? current?.contact,
            principal: ownerPrincipal ?? current?.principal)
    }

    var isGiven: Bool { owner != nil || ownerContact != nil || ownerPrincipal != nil }

    /// Whether the missing options must be looked up, to keep their values.
    var isPartial: Bool { isGiven && (owner == nil || ownerContact == nil || ownerPrincipal == nil) }
}

/// The fields of a key that create sets and update can change.
struct KeyOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("e"), .long],
        help: ArgumentHelp("\(TimeArgument.forms), or never.", valueName: "when"), transform: TimeArgument.expiry)
    var expires: TimeArgument?

    @OptionGroup var owner: OwnerOptions

    @Option(help: ArgumentHelp("What the key is for.", valueName: "text"))
    var purpose: String?

    @Option(help: "What the key may be used for; repeatable. A trailing * matches any suffix.")
    var scope: [String] = []

    @Option(help: ArgumentHelp("A JSON object of your own.", valueName: "json"), transform: JSONText.option)
    var metadata: JSONText?

    /// `nil` when no scope was given.
    var scopes: [String]? { scope.isEmpty ? nil : scope }

    /// Whether any of them was given.
    var areGiven: Bool {
        expires != nil || owner.isGiven || purpose != nil || scopes != nil || metadata != nil
    }
}

/// The destination of a new secret. Without these options it is alone on standard output.
struct DeliveryOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp("Write the secret to a new file with mode 0600, not to standard output.", valueName: "file"),
        completion: .file())
    var out: String?

    @Flag(help: "Put the secret on the terminal's clipboard (OSC 52), not on standard output.")
    var copy = false
}

extension TimeArgument {
    /// Parses an option's value, or throws with the allowed forms.
    static func option(_ text: String) throws -> TimeArgument {
        guard let moment = TimeArgument(text) else { throw ValidationError("Use \(forms).") }
        return moment
    }

    /// The same, including `never`.
    static func expiry(_ text: String) throws -> TimeArgument {
        guard let moment = TimeArgument(text) else { throw ValidationError("Use \(forms), or never.") }
        return moment
    }
}

extension JSONText {
    /// Parses an option's value. It is inserted into the request unchanged, so it must be one complete JSON object.
    static func option(_ text: String) throws -> JSONText {
        guard text.utf8.first == UInt8(ascii: "{"), !text.contains("\n"), let json = try? JSONText(checking: text)
        else { throw ValidationError("Use a JSON object on one line, such as {\"team\":\"billing\"}.") }
        return json
    }
}
