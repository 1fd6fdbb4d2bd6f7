/// `system.ping`: answers at once, with the daemon's state.
package enum Ping: Method {
    package static let name = "system.ping"
    package static let contract = MethodContract(
        reach: .everySocket, role: .anyone, work: .inline,
        summary: "Answers at once, with the daemon's state."
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        package var state: DaemonState

        package init(state: DaemonState) {
            self.state = state
        }
    }
}
