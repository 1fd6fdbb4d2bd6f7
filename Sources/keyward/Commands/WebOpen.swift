internal import ArgumentParser
internal import Glibc
internal import KeywardBase

/// `keyward web open`, or `keyward web` alone: runs the program that serves the screen, `keyward-web`, in place of this
/// one.
struct WebOpen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open the screen for API keys in a browser.",
        discussion: """
            It prints a link that works once, within 60 seconds. Only your own account can use the screen, and what it \
            does there is done by you. Enter prints a new link.
            """)

    @Option(
        help: ArgumentHelp("End after this time without use: 15m by default.", valueName: "time"),
        transform: Self.duration)
    var idle: String?

    @Option(help: ArgumentHelp("The port, on [::1] and 127.0.0.1; by default a free one.", valueName: "number"))
    var port: UInt16?

    @Flag(help: "Show keys, but change nothing.")
    var readOnly = false

    @Flag(help: "Open the link in the desktop's browser.")
    var open = false

    @OptionGroup var place: WorkspaceOption

    @Option(help: ArgumentHelp("The socket of the daemon.", valueName: "path"), completion: .file())
    var socket: String?

    func run() throws {
        let program = try Self.folder() + "/keyward-web"
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        execv(program, &words)
        throw Failure.refused("The screen cannot be started: \(program): \(systemMessage(errno)).")
    }

    /// The arguments of `keyward-web`.
    var arguments: [String] {
        [
            idle.map { "--idle=\($0)" }, port.map { "--port=\($0)" }, socket.map { "--socket=\($0)" },
            place.workspace.map { "--workspace=\($0)" },
        ].compactMap { $0 } + (readOnly ? ["--read-only"] : []) + (open ? ["--open"] : [])
    }

    /// The folder of this program.
    private static func folder() throws -> String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count)
        guard count > 0, let end = path[..<count].lastIndex(of: CChar(bitPattern: UInt8(ascii: "/"))) else {
            throw Failure.refused("The folder of this program is not known.")
        }
        return String(decoding: path[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func duration(_ text: String) throws -> String {
        guard let seconds = TimeArgument.seconds(text), seconds > 0 else {
            throw ValidationError("Use a time such as 15m or 8h.")
        }
        return text
    }
}
