internal import KeywardDisplay

/// The number of rows so far, on a line of the terminal that is written again and again.
final class ImportProgress {
    private let console: Console
    private let isShown: Bool
    private var isOnScreen = false

    init(_ console: Console, isShown: Bool) {
        self.console = console
        self.isShown = isShown
    }

    /// - Parameter percent: how much of the file was read, if that is known.
    func show(_ rows: Int, percent: Int?) {
        guard isShown else { return }
        let share = percent.map { ", \($0) % of the file" } ?? ""
        _ = OutputBytes.write("\r\u{1B}[K\(CountText.of(rows, "row"))\(share)", to: console.errors)
        isOnScreen = true
    }

    /// Removes the line, before another text or at the end.
    func clear() {
        guard isOnScreen else { return }
        _ = OutputBytes.write("\r\u{1B}[K", to: console.errors)
        isOnScreen = false
    }
}
