internal import ArgumentParser

/// `keyward completions`
struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what teaches a shell to complete this command.",
        discussion: """
            bash: keyward completions bash > /etc/bash_completion.d/keyward
            zsh:  keyward completions zsh > /usr/local/share/zsh/site-functions/_keyward
            fish: keyward completions fish > ~/.config/fish/completions/keyward.fish
            """)

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        let known: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        // Like help, it is what the parser has to say.
        throw CleanExit.message(Keyward.completionScript(for: known))
    }
}
