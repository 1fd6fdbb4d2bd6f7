internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward clock accept`
struct ClockAccept: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Trust the wall clock as it is now.",
        discussion: """
            Keyward does not trust a wall clock that is far from the time that has passed. First set the clock. If Keyward \
            still does not trust it, use this command. Keys that expired only because the clock was ahead verify again, \
            and the sweeps continue. It shows these keys and asks.

            When piped: what, number of keys, and their prefixes, tab-separated.
            """)

    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let answer = try session.callConfirming(
            AcceptClock.self, isConfirmed: confirmation.yes, question: "Is the wall clock right?"
        ) { AcceptClock.Params(confirm: $0) }
        try session.write(answer) { result in
            try session.console.write(Self.sheet(result.change, session.console.now))
            let isNew = result.change.from != result.change.to || result.change.offSeconds > 0
            session.console.report(isNew ? "The wall clock is trusted now." : "The wall clock was trusted already.")
        }
    }

    private static func sheet(_ change: ClockChange, _ now: Timestamp) -> FactSheet {
        var sheet = FactSheet()
        sheet.add("Time before", "from", .point(change.from, now))
        sheet.add("Time now", "to", .point(change.to, now))
        sheet.add("Verify again", "verifyAgain", cell(change.verifyAgain))
        sheet.add("Stop verifying", "stopVerifying", cell(change.stopVerifying))
        sheet.add("Verified meanwhile", "verifiedMeanwhile", cell(change.verifiedMeanwhile))
        sheet.add("Changed meanwhile", "changedMeanwhile", cell(change.changedMeanwhile))
        return sheet
    }

    private static func cell(_ group: ClockChange.Keys) -> Cell {
        let named = group.keys.map { "\($0.name) (\($0.prefix))" }.joined(separator: ", ")
        let rest = group.n > group.keys.count ? ", …" : ""
        let screen = group.n == 0 ? "no keys" : "\(CountText.of(group.n, "key")): \(named)\(rest)"
        return Cell(screen: screen, exact: ([String(group.n)] + group.keys.map(\.prefix)).joined(separator: " "))
    }
}
