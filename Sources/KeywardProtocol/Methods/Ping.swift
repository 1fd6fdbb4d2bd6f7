/// `system.ping`: answers at once, with the daemon's state.
package enum Ping: Method {
    package static let name = "system.ping"
    package static let contract = MethodContract(
        reach: .everySocket, role: .anyone, work: .inline,
        summary: "Answers at once, with the daemon's state and what an operator should know."
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        package var state: DaemonState
        /// `nil` from a daemon that is older than notices.
        package var notices: [Notice]?

        package init(state: DaemonState, notices: [Notice] = []) {
            self.state = state
            self.notices = notices
        }
    }
}
