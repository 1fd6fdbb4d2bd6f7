/// `system.status`: returns the daemon's status.
package enum GetStatus: Method {
    package static let name = "system.status"
    package static let contract = MethodContract(
        role: .member, work: .read,
        summary: "Returns the daemon's status.",
        params: CountParams.descriptions
    )

    package typealias Params = CountParams

    package struct Result: Codable, Sendable {
        package var version: String
        package var state: DaemonState
        package var pid: Int
        package var startedAt: Timestamp
        package var schema: Int
        package var keys: Tally
        package var connections: Connections
        package var verifications: Verifications
        package var sweeps: [SweepState]
        /// Notices for an operator; `nil` from a daemon older than notices.
        package var notices: [Notice]?

        package init(
            version: String, state: DaemonState, pid: Int, startedAt: Timestamp, schema: Int, keys: Tally,
            connections: Connections, verifications: Verifications, sweeps: [SweepState], notices: [Notice]
        ) {
            self.version = version
            self.state = state
            self.pid = pid
            self.startedAt = startedAt
            self.schema = schema
            self.keys = keys
            self.connections = connections
            self.verifications = verifications
            self.sweeps = sweeps
            self.notices = notices
        }
    }

    /// The number of clients connected to each socket.
    package struct Connections: Codable, Sendable {
        package var admin: Int
        package var verify: Int

        package init(admin: Int, verify: Int) {
            self.admin = admin
            self.verify = verify
        }
    }

    /// Verifications by outcome, since the daemon started.
    package struct Verifications: Codable, Sendable {
        package var valid: Int
        package var refused: Tally

        package init(valid: Int, refused: Tally) {
            self.valid = valid
            self.refused = refused
        }
    }
}
