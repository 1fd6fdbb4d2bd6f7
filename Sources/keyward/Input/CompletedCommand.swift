internal import ArgumentParser

/// The command as completion scripts see it: with the options that may come before the name of a command
/// (``LeadingOptions``). Nothing else is parsed with it.
struct CompletedCommand: ParsableCommand {
    static let configuration = Keyward.configuration

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    /// Whether a completion script asks what may be typed next.
    static func isAsked(by arguments: [String]) -> Bool { arguments.first == "---completion" }
}
