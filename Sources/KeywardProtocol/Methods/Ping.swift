/// `system.ping`: returns the daemon's state, without delay.
package enum Ping: Method {
    package static let name = "system.ping"
    package static let contract = MethodContract(
        reach: .everySocket, role: .anyone, work: .inline,
        summary: "Returns the daemon's state and notices for operators, without delay."
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        package var state: DaemonState
        /// `nil` from a daemon older than notices.
        package var notices: [Notice]?

        package init(state: DaemonState, notices: [Notice] = []) {
            self.state = state
            self.notices = notices
        }
    }
}
