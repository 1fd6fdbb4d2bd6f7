internal import ArgumentParser

/// The command for completion scripts, with the options that may precede a command's name (``LeadingOptions``). It is
/// used for nothing else.
struct CompletedCommand: ParsableCommand {
    static let configuration = Keyward.configuration

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    /// Whether a completion script requests suggestions.
    static func isAsked(by arguments: [String]) -> Bool { arguments.first == "---completion" }
}
