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
