internal import Glibc
internal import KeywardBase

/// Runs the programs of the system that an administrator would run.
enum SystemProgram {
    /// Where they are. The caller's PATH does not matter.
    private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]

    struct End: Sendable {
        /// The exit status; 128 and more after a signal.
        var status: Int32
        /// Both streams.
        var output: String
    }

    /// The path of a program; `nil` if it is not installed.
    static func path(of name: String) -> String? {
        folders.lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Runs a program that must succeed. Returns its output.
    @discardableResult static func check(_ name: String, _ arguments: [String]) throws(Failure) -> String {
        let end = try run(name, arguments)
        guard end.status == 0 else {
            let line = end.output.split(separator: "\n").last.map(String.init) ?? "exit status \(end.status)"
            let verb = arguments.first.flatMap { $0.hasPrefix("-") ? nil : " \($0)" } ?? ""
            throw .refused("\(name)\(verb) failed: \(line)")
        }
        return end.output
    }

    /// Runs a program to its end.
    static func run(_ name: String, _ arguments: [String]) throws(Failure) -> End {
        guard let path = path(of: name) else { throw .refused("\(name) is not installed.") }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw fault(name, errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        let environment = ["PATH=\(folders.joined(separator: ":"))", "LC_ALL=C"]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, path, &actions, nil, &words, &variables)
        close(ends[1])
        guard failure == 0 else { throw fault(name, failure) }
        let output = read(ends[0])
        return End(status: wait(process), output: output)
    }

    private static func read(_ file: Int32) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func wait(_ process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    private static func fault(_ name: String, _ number: Int32) -> Failure {
        .refused("\(name) cannot be run: \(systemMessage(number)).")
    }
}
