import Testing

/// Figures that pages repeat equal those in the files that define them.
struct FigureTests {
    struct Figure: CustomTestStringConvertible, Sendable {
        var page = "docs/operations.md"
        /// The text on the page, with the figure in the first group.
        var said: String
        var file: String
        /// The definition, with the figure in the first group.
        var decided: String
        /// The factor between the page's figure and the file's.
        var factor = 1.0
        var testDescription: String { said }
    }

    static let counters = [
        Figure(
            said: #"`MemoryMax=` \((\d+) GB"#, file: "packaging/systemd/keywardd.service",
            decided: #"\nMemoryMax=(\d+)G\n"#),
        Figure(
            said: #"`LimitNOFILE=` \(([\d,]+)\)"#, file: "packaging/systemd/keywardd.service",
            decided: #"\nLimitNOFILE=(\d+)\n"#),
        Figure(
            said: #"have not read take up to (\d+) MiB"#, file: "Sources/KeywardServer/Transport/OutputShares.swift",
            decided: #"let most = (\d+) << 20"#),
        Figure(
            said: #"and one account's up to (\d+) MiB"#,
            file: "Sources/KeywardServer/Transport/OutputShares.swift", decided: #"mostOfUser = (\d+) << 20"#),
        Figure(
            said: #"From (\d+) MiB on, a change waits"#, file: "Sources/KeywardStore/WriteAheadLog.swift",
            decided: #"longestBesideReaders: Int32 = ([\d_]+)"#, factor: 4_096.0 / 1_048_576),
        Figure(
            said: #"waits up to (\d+) ms for the reads"#, file: "Sources/KeywardStore/WriteAheadLog.swift",
            decided: #"patience = DispatchTimeInterval.milliseconds\((\d+)\)"#),
        Figure(
            said: #"it\s+writes ([\d,]+) at once"#, file: "Sources/KeywardSystemd/LogThrottle.swift",
            decided: #"burst = ([\d_]+)"#),
        Figure(
            said: #"at once and (\d+) a second"#, file: "Sources/KeywardSystemd/LogThrottle.swift",
            decided: #"burst = ([\d_]+)"#, factor: 1.0 / 30),
        Figure(
            said: #"([\d,]+) of these entries wait"#, file: "Sources/KeywardSystemd/LogQueue.swift",
            decided: #"case .mirror: ([\d_]+)"#),
        Figure(
            said: #"`log.entriesLeftOut` \| warning, at most every (\d+) seconds"#,
            file: "Sources/KeywardSystemd/LogQueue.swift", decided: #"pause = Duration.seconds\((\d+)\)"#),
        Figure(
            page: "docs/decisions/0046-no-change-waits-for-the-log.md", said: #"by importance: ([\d,]+)"#,
            file: "Sources/KeywardSystemd/LogQueue.swift", decided: #"case .mirror: ([\d_]+)"#),
    ]

    @Test(arguments: counters) func aFigureOnAPageIsTheOneThatIsDecidedElsewhere(_ figure: Figure) throws {
        let said = try Self.number(figure.said, in: figure.page)
        let decided = try Self.number(figure.decided, in: figure.file)
        #expect(said == (decided * figure.factor).rounded(.down), "\(figure.page): \(figure.said)")
    }

    private static func number(_ pattern: String, in file: String) throws -> Double {
        let match = try Regex(pattern).firstMatch(in: Repository.text(file))
        let text = try #require(match?.output[1].substring, "\(file) has no \(pattern)")
        let digits = String(text.filter(\.isNumber))
        return try #require(Double(digits))
    }
}
