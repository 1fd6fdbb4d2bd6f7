internal import KeywardSystemd

extension ReadySignal {
    /// Checks that `descriptor` is open and makes it close-on-exec. Call it at the start.
    static func prepare(_ descriptor: Int32) throws(StartFault) {
        guard keep(descriptor) else {
            throw StartFault(
                problem: "--ready-fd \(descriptor) is not an open descriptor.", remedy: "Try: keywardd --help",
                status: .usage)
        }
    }
}
