internal import KeywardBase
internal import KeywardSettings

/// The command line of keywardd.
struct DaemonArguments: Equatable {
    enum Action: Equatable {
        case run, checkConfiguration, initialize, check, restore, removePepper, showVersion, showHelp
    }

    var action = Action.run
    /// The folder in which to create the sockets; `nil` uses those that the service manager passes.
    var runFolder: String?
    /// The state folder.
    var stateFolder: String
    /// `nil` is the default file, which may be missing.
    var configurationFile: String?
    /// The backup to restore.
    var backup: String?
    /// The id of the pepper to remove.
    var pepper: String?
    /// Whether to repeat the ends that happened after the backup.
    var reapplies = false
    /// Whether the state folder was given explicitly.
    var namesState: Bool
    /// A descriptor that gets a line feed, and is closed, once both sockets answer.
    var readyDescriptor: Int32?

    static let defaultStateFolder = "/var/lib/keyward"

    static let help = """
        usage: keywardd [--run-dir DIR] [--state-dir DIR] [--config FILE]
               keywardd --check-config [--config FILE] [--state-dir DIR]
               keywardd --init [--state-dir DIR]
               keywardd check [--state-dir DIR] [--run-dir DIR]
               keywardd restore FILE [--reapply] [--state-dir DIR] [--config FILE]
               keywardd remove-pepper ID [--state-dir DIR] [--config FILE]
               keywardd --version | --help

        The key authority of this host. Under systemd its sockets come from the socket units.

          --run-dir DIR    make keyward.sock and verify.sock in DIR
          --state-dir DIR  keep the database, the pepper and the lock in DIR
                           (default: $STATE_DIRECTORY, else \(defaultStateFolder))
          --config FILE    read the configuration from FILE (default: \(Configuration.defaultFile))
          --check-config   say whether the configuration is valid, with --state-dir also
                           whether it has the plans of the workspaces there, and end
          check            look for faults in the state of a daemon that does not run
          restore FILE     put a backup in the place of the database of a daemon that
                           does not run; keep what was there, and list what the backup lacks
          --reapply        after a restore, end again what had ended since the backup
          remove-pepper ID remove a retired pepper that no key needs, while the daemon does
                           not run; 'keyward pepper remove' stops and starts the service
          --init           make an empty database where one is missing; move what is
                           left of an earlier one aside
          --ready-fd N     write a line feed to descriptor N and close it, once both sockets answer
          --version        print the version
          --help           print this

        Exit status: 0 done, 1 check found a problem or --reapply could not end all, 64 wrong command line,
        71 a system call failed, 75 another keywardd is at work here,
        78 what a restart cannot help (configuration, pepper, permissions, a missing database).
        """

    /// Parses the arguments after the program's name; `environment` looks up a variable.
    init(_ arguments: [String], environment: (String) -> String?) throws(StartFault) {
        // systemd separates several directories by colons.
        let given = environment("STATE_DIRECTORY")?.split(separator: ":").first.map(String.init)
        stateFolder = given ?? Self.defaultStateFolder
        namesState = given != nil
        var seen: Set<String> = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts.first.map(String.init) ?? argument
            guard seen.insert(name).inserted else { throw Self.wrong("\(name) is given twice.") }
            if let action = Self.actions[name] {
                guard parts.count == 1 else { throw Self.wrong("\(name) takes no value.") }
                guard self.action == .run else { throw Self.wrong("\(name) cannot be combined with another action.") }
                self.action = action
                if action == .restore { try takeBackup(from: &rest) }
                if action == .removePepper { try takePepper(from: &rest) }
            } else if name == "--reapply" {
                guard parts.count == 1 else { throw Self.wrong("--reapply takes no value.") }
                reapplies = true
            } else {
                try take(name, inline: parts.count == 2 ? String(parts[1]) : nil, from: &rest)
            }
        }
        guard !reapplies || action == .restore else { throw Self.wrong("--reapply is valid only with restore.") }
    }

    private static let actions: [String: Action] = [
        "check": .check, "restore": .restore, "remove-pepper": .removePepper, "--check-config": .checkConfiguration,
        "--init": .initialize,
        "--version": .showVersion, "--help": .showHelp,
        "-h": .showHelp,
    ]

    private mutating func takeBackup(from rest: inout ArraySlice<String>) throws(StartFault) {
        guard let file = rest.popFirst(), !file.isEmpty, !file.hasPrefix("--") else {
            throw Self.wrong("restore needs a file: one that keyward backup has written.")
        }
        backup = file
    }

    private mutating func takePepper(from rest: inout ArraySlice<String>) throws(StartFault) {
        guard let id = rest.popFirst(), id.utf8.count == 8, HexDigits.bytes(Array(id.utf8)) != nil else {
            throw Self.wrong(
                "remove-pepper needs the id of a pepper: 8 hexadecimal digits, as keyward pepper status shows.")
        }
        pepper = id.lowercased()
    }

    private mutating func take(
        _ name: String, inline: String?, from rest: inout ArraySlice<String>
    ) throws(StartFault) {
        guard Self.options.contains(name) else {
            let isOption = name.hasPrefix("-")
            let hint = Spelling.nearest(to: name, among: Self.options + ["--reapply"] + Self.actions.keys.sorted())
            throw Self.wrong(
                (isOption ? "There is no option \(name)." : "keywardd has no command '\(name)'.")
                    + (hint.map { " Did you mean \($0)?" } ?? ""))
        }
        guard let value = inline ?? rest.popFirst(), !value.isEmpty, inline != nil || !value.hasPrefix("--") else {
            throw Self.wrong("\(name) needs a value.")
        }
        switch name {
        case "--run-dir": runFolder = value
        case "--state-dir": (stateFolder, namesState) = (value, true)
        case "--config": configurationFile = value
        default:
            guard let number = Int32(value), number > 2 else {
                throw Self.wrong("\(name) needs the number of an open descriptor, 3 or more.")
            }
            readyDescriptor = number
        }
    }

    private static let options = ["--run-dir", "--state-dir", "--config", "--ready-fd"]

    private static func wrong(_ problem: String) -> StartFault {
        StartFault(problem: problem, remedy: "Try: keywardd --help", status: .usage)
    }
}
