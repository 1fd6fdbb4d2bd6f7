internal import ArgumentParser
internal import KeywardClient

/// What every command that talks to the daemon takes.
struct CommonOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("The socket of the daemon.", valueName: "path"), completion: .file())
    var socket: String?

    @Flag(help: "Print the result as JSON, and an error as one line of JSON.")
    var json = false

    @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "when"))
    var color = ColorChoice.auto
}

/// Which workspace.
struct WorkspaceOption: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("w"), .long], help: "The workspace; by default 'default'.", completion: .workspaceNames)
    var workspace: String?

    /// For methods that want one named.
    var name: String { workspace ?? "default" }
}

/// Which key.
struct KeyArgument: ParsableArguments, Sendable {
    @Argument(help: "The name, prefix or id of a key.", completion: .keyNames)
    var key: String

    @OptionGroup var place: WorkspaceOption
}

/// Answers the daemon's checks beforehand.
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

    /// `nil` when nothing was said of an owner.
    func applied(to current: Owner? = nil) -> Owner? {
        guard isGiven else { return nil }
        return Owner(
            name: owner ?? current?.name, contact: ownerContact ?? current?.contact,
            principal: ownerPrincipal ?? current?.principal)
    }

    var isGiven: Bool { owner != nil || ownerContact != nil || ownerPrincipal != nil }

    /// Whether what is not given must be looked up to be kept.
    var isPartial: Bool { isGiven && (owner == nil || ownerContact == nil || ownerPrincipal == nil) }
}

/// What a key is told to be when it is made, and may be told anew.
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

    /// Whether anything was said.
    var areGiven: Bool {
        expires != nil || owner.isGiven || purpose != nil || scopes != nil || metadata != nil
    }
}

/// Where a new secret goes. Without these it is alone on standard output.
struct DeliveryOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp("Write the secret to a new file with mode 0600, not to standard output.", valueName: "file"),
        completion: .file())
    var out: String?

    @Flag(help: "Put the secret on the terminal's clipboard (OSC 52), not on standard output.")
    var copy = false
}

extension TimeArgument {
    /// Reads an option's value, or tells the forms that there are.
    static func option(_ text: String) throws -> TimeArgument {
        guard let moment = TimeArgument(text) else { throw ValidationError("Use \(forms).") }
        return moment
    }

    /// The same, with `never`.
    static func expiry(_ text: String) throws -> TimeArgument {
        guard let moment = TimeArgument(text) else { throw ValidationError("Use \(forms), or never.") }
        return moment
    }
}

extension JSONText {
    /// Reads an option's value: it goes into the request as it is, so it must be one whole JSON object.
    static func option(_ text: String) throws -> JSONText {
        guard text.utf8.first == UInt8(ascii: "{"), !text.contains("\n"), let json = try? JSONText(checking: text)
        else { throw ValidationError("Use a JSON object on one line, such as {\"team\":\"billing\"}.") }
        return json
    }
}
