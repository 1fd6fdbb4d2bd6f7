import Foundation
import KeywardTesting
import Testing

/// The suggestions of each shell, with the printed scripts and a daemon with keys.
struct CompletionTests {
    private let daemon: TestDaemon

    init() throws {
        daemon = try TestDaemon()
        try daemon.done("workspaces.create", #"{"name":"acme"}"#)
        for name in ["pay-prod", "pay-staging", "crm", "over"] { _ = try daemon.create(name) }
        _ = try daemon.create("acme-only", #""workspace":"acme""#)
        try daemon.done("keys.revoke", #"{"key":"over","reason":"other"}"#)
        try daemon.done("members.grant", #"{"workspace":"acme","principal":"uid:4711","role":"admin"}"#)
    }

    /// A command line with the cursor at its end, words that a shell must suggest, and words that it must not.
    struct Case: Sendable {
        var line: String
        var offered: Set<String>
        var missing: Set<String> = []
        /// Whether the daemon or the name service is queried.
        var isAsked = true

        static func fixed(_ line: String, _ offered: Set<String>, missing: Set<String> = []) -> Case {
            Case(line: line, offered: offered, missing: missing, isAsked: false)
        }
    }

    static let cases: [Case] = [
        .fixed("rot", ["rotate"], missing: ["revoke"]), .fixed("audit ", ["list", "check"]),
        .fixed("list --sta", ["--status", "--stale"], missing: ["--sort"]),
        .fixed("list --status ", ["active", "revoked"], missing: ["compromised"]),
        .fixed("--color ", ["auto", "always", "never"]), .fixed("revoke crm --reason ", ["compromised", "ownerLeft"]),
        .fixed("call keys.l", ["keys.list"], missing: ["keys.get"]), .fixed("--json rot", ["rotate"]),
        Case(line: "show pay", offered: ["pay-prod", "pay-staging"], missing: ["crm", "over"]),
        Case(line: "show ", offered: ["crm"], missing: ["over", "acme-only"]),
        Case(line: "revoke -w acme ", offered: ["acme-only"], missing: ["crm"]),
        Case(line: "-w acme show ", offered: ["acme-only"], missing: ["crm"]),
        Case(line: "-w ", offered: ["acme", "default"]),
        Case(line: "list -w a", offered: ["acme"], missing: ["default"]),
        Case(line: "workspace set-plan acme ", offered: ["standard", "free"]),
        Case(line: "member grant ", offered: ["user:", "group:"]),
    ]

    @Test(.enabled(if: Shell.bash.isHere), arguments: cases) func bashOffers(_ expected: Case) throws {
        try expect(.bash, expected)
    }

    @Test(.enabled(if: Shell.bash.isHere)) func bashOffersWordsWithColons() throws {
        try expect(.bash, Case(line: "member remove -w acme ", offered: ["uid:4711"]))
        try expect(.bash, Case(line: "member remove -w acme uid:47", offered: ["4711"]))
        try expect(.bash, Case(line: "member grant user:ro", offered: ["root"], missing: ["user:root"]))
    }

    /// fish runs a program for suggestions only on a terminal.
    @Test(.enabled(if: Shell.fish.isHere), arguments: cases.filter { !$0.isAsked })
    func fishOffers(_ expected: Case) throws {
        try expect(.fish, expected)
    }

    @Test(.enabled(if: Shell.zsh.isHere), arguments: cases) func zshOffers(_ expected: Case) throws {
        try expect(.zsh, expected)
    }

    @Test(.enabled(if: Shell.bash.isHere)) func keysBeyondTheOldest500AreOffered() throws {
        for number in 1...505 { _ = try daemon.create("bulk-\(number)") }
        try expect(.bash, Case(line: "show bulk-505", offered: ["bulk-505"]))
        _ = try daemon.create("zz-newest")
        try expect(.bash, Case(line: "show zz", offered: ["zz-newest"], missing: ["bulk-1"]))
    }

    @Test(.enabled(if: Shell.bash.isHere)) func aPrefixIsOfferedOnceItIsBegun() throws {
        let prefix = try #require(try daemon.done("keys.get", #"{"key":"crm"}"#)["key"]["prefix"].string)
        try expect(.bash, Case(line: "show \(prefix.dropLast(3))", offered: [prefix]))
    }

    private func expect(_ shell: Shell, _ expected: Case) throws {
        let script = daemon.folder.file("completion.\(shell.name)")
        try daemon.keyward("completions", shell.name).output.write(toFile: script, atomically: true, encoding: .utf8)
        let end = try ChildProcess(
            shell.path, shell.arguments(script, "keyward " + expected.line),
            environment: [
                "PATH=\(DaemonProcess.products):/usr/bin:/bin", "HOME=\(daemon.folder.path)", "TERM=dumb",
                "KEYWARD_SOCKET=\(daemon.process.adminSocket)",
            ], splitErrors: true
        ).wait()
        let offered = Set(
            end.output.split(whereSeparator: \.isNewline).map { line in
                // fish prints a word's description after a tab; zsh's words are marked.
                let word = line.hasPrefix("offer:") ? line.dropFirst("offer:".count) : line
                return word.prefix { $0 != "\t" }.trimmingCharacters(in: .whitespaces)
            })
        #expect(offered.isSuperset(of: expected.offered), "\(shell.name): \(expected.line): \(end.output)\(end.errors)")
        #expect(offered.isDisjoint(with: expected.missing), "\(shell.name): \(expected.line): \(end.output)")
    }
}

/// A shell that completes a command line without a terminal, or with a pseudo terminal.
enum Shell: Sendable {
    case bash, zsh, fish

    var name: String { "\(self)" }
    var path: String { "/usr/bin/\(name)" }
    var isHere: Bool { access(path, X_OK) == 0 }

    /// - Parameters:
    ///   - script: the completion script, in its own folder.
    ///   - line: the command line; the cursor is at its end.
    func arguments(_ script: String, _ line: String) -> [String] {
        switch self {
        case .bash: ["--norc", "-c", Self.bashDriver, "bash", script, line]
        case .fish: ["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line]
        case .zsh: ["-f", "-c", Self.zshDriver, "zsh", script, line]
        }
    }

    /// Calls the completion function like readline: words end at spaces, `=` and `:`.
    private static let bashDriver = #"""
        source "$1"
        COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=() rest=$2
        pattern='^( *)([:=]+|[^ :=]+)(.*)$'
        while [[ $rest =~ $pattern ]]; do
            COMP_WORDS+=("${BASH_REMATCH[2]}")
            rest=${BASH_REMATCH[3]}
        done
        [[ $2 == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        current=${COMP_WORDS[COMP_CWORD]}
        [[ $current == [:=]* ]] && current=
        registered=$(complete -p keyward)
        registered=${registered##*-F }
        COMPREPLY=()
        "${registered%% *}" keyward "$current" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
        """#

    /// Types the line into another zsh, whose `compadd` prints its arguments, and which exits after the completion.
    private static let zshDriver = #"""
        zmodload zsh/zpty
        mkdir $HOME/functions
        cp $1 $HOME/functions/_keyward
        cat >$HOME/start <<'EOF'
        PROMPT= RPS1= PROMPT_EOL_MARK=
        stty -onlcr -echo
        fpath=($HOME/functions $fpath)
        autoload -Uz compinit
        compinit -u -D
        bindkey '^I' complete-word
        comppostfuncs=(exit)
        compadd() {
            if [[ " ${@[1,(i)(-|--)]} " == *\ -[[:alnum:]]#[OAD]\ * ]]; then builtin compadd "$@"; return; fi
            local -a offered
            builtin compadd -O offered "$@"
            (($#offered)) && print -rl -- '' offer:$^offered
            builtin compadd "$@"
        }
        print ready-now
        EOF
        zpty typist "zsh -f -i"
        zpty -w typist "source $HOME/start"
        zpty -r -m typist answer '*ready-now*'
        zpty -w -n typist "$2"$'\t'
        while zpty -r typist answer; do print -rn -- $answer; done
        """#
}
