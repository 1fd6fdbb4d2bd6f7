internal import ArgumentParser
internal import Glibc
internal import KeywardBase
internal import KeywardClient
internal import KeywardDisplay

/// Whether output is coloured.
enum ColorChoice: String, CaseIterable, ExpressibleByArgument, Sendable {
    case auto, always, never
}

/// The three standard streams: data goes to `output`, messages to `errors`.
struct Console: Sendable {
    var input: Int32 = STDIN_FILENO
    var output: Int32 = STDOUT_FILENO
    var errors: Int32 = STDERR_FILENO
    /// Whether the output is a terminal.
    var isScreen: Bool
    /// Whether messages go to a terminal.
    var isErrorScreen = false
    /// Whether a person can be prompted.
    var canAsk: Bool
    /// The width in columns.
    var width: Int
    var palette: Palette
    var errorPalette: Palette
    var now: Timestamp
    /// The environment variables of the process.
    var variable: @Sendable (String) -> String?

    /// The console of this process.
    static func standard(color: ColorChoice = .auto) -> Console {
        let variable: @Sendable (String) -> String? = { name in getenv(name).map { String(cString: $0) } }
        let wantsColor = variable("NO_COLOR").map(\.isEmpty) ?? true && variable("TERM") != "dumb"
        func palette(_ descriptor: Int32) -> Palette {
            switch color {
            case .auto: Palette(isOn: wantsColor && isatty(descriptor) == 1)
            case .always: Palette(isOn: true)
            case .never: Palette(isOn: false)
            }
        }
        return Console(
            isScreen: isatty(STDOUT_FILENO) == 1, isErrorScreen: isatty(STDERR_FILENO) == 1,
            canAsk: isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1,
            width: terminalWidth(variable), palette: palette(STDOUT_FILENO), errorPalette: palette(STDERR_FILENO),
            now: wallClock(), variable: variable)
    }

    private static func terminalWidth(_ variable: (String) -> String?) -> Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return variable("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 80
    }

    private static func wallClock() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

extension Console {
    /// Writes data.
    func write(_ data: String) throws(Failure) {
        try Self.write(data, to: output)
    }

    /// Prints a message. A failure to print is ignored.
    func report(_ text: String) {
        try? Self.write(text.printableLines + "\n", to: errors)
    }

    /// Prints a message in a tone.
    func report(_ text: String, _ tone: Tone) {
        try? Self.write(errorPalette.paint(text.printableLines, tone) + "\n", to: errors)
    }

    /// Writes a result unchanged. On a terminal, control characters are escaped, which JSON strings allow.
    func write(json: JSONText) throws(Failure) {
        try write((isScreen ? json.text.printable : json.text) + "\n")
    }

    /// Writes a part of a result.
    func write(data json: String) throws(Failure) {
        try write(isScreen ? json.printableLines : json)
    }

    /// Writes a table: aligned on a terminal, tab-separated elsewhere.
    func write(_ table: Table) throws(Failure) {
        try write(isScreen ? table.rendered(width: width, palette) : table.tabSeparated(palette))
    }

    /// Writes facts: with labels on a terminal, with the protocol's names elsewhere.
    func write(_ sheet: FactSheet) throws(Failure) {
        try write(isScreen ? sheet.rendered(palette) : sheet.tabSeparated(palette))
    }

    /// Asks a question; every answer except yes is no.
    func ask(_ question: String) -> Bool {
        try? Self.write(errorPalette.paint(question.printable, .strong) + " [y/N] ", to: errors)
        let answer = (try? InputBytes.line(from: input)) ?? nil
        if answer == nil { report("") }
        return ["y", "yes"].contains(answer?.lowercased())
    }

    private static func write(_ text: String, to descriptor: Int32) throws(Failure) {
        let failure = OutputBytes.write(text, to: descriptor)
        guard failure == 0 else { throw .output(systemMessage(failure)) }
    }
}

/// Writes to a file descriptor.
enum OutputBytes {
    /// Writes all of it. Returns the error number, or 0.
    static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return errno }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return 0
    }
}
