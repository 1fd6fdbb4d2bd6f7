internal import ArgumentParser

/// `keyward completions`
struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a shell completion script.",
        discussion: """
            bash: keyward completions bash > /etc/bash_completion.d/keyward
            zsh:  keyward completions zsh > /usr/local/share/zsh/site-functions/_keyward
            fish: keyward completions fish > ~/.config/fish/completions/keyward.fish
            """)

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: "The shell: bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        let script =
            switch shell {
            case .bash: CompletedCommand.completionScript(for: .bash) + "\n" + Self.wholeWords
            case .zsh: CompletedCommand.completionScript(for: .zsh)
            case .fish: CompletedCommand.completionScript(for: .fish)
            }
        // The parser prints it, like help.
        throw CleanExit.message(script)
    }

    /// readline splits words at colons, so bash sees `user:anna` as three words. This joins them, and removes from the
    /// suggestions the part that readline keeps.
    private static let wholeWords = #"""
        _keyward_whole_words() {
            local -a words=()
            local -i index
            for ((index = 0; index <= COMP_CWORD; index++)); do
                if ((index > 0)) && [[ ${COMP_WORDS[index]} == :* || ${words[-1]} == *: ]]; then
                    words[-1]+=${COMP_WORDS[index]}
                else
                    words+=("${COMP_WORDS[index]}")
                fi
            done
            local -a COMP_WORDS=("${words[@]}")
            local -i COMP_CWORD=$((${#words[@]} - 1))
            local current=${words[-1]}
            _keyward "$1" "$current" "${words[-2]}"
            COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*:}"}"}")
        }

        complete -o filenames -F _keyward_whole_words keyward
        """#
}
