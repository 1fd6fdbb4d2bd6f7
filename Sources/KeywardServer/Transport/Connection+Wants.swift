extension Connection {
    /// The next operations on the socket.
    package struct Wants: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let read = Wants(rawValue: 1)
        package static let write = Wants(rawValue: 2)
        /// Shut down the writing side, once, and report it with ``didShutDown(now:)``.
        package static let shutDown = Wants(rawValue: 4)
        package static let close = Wants(rawValue: 8)
    }
}
