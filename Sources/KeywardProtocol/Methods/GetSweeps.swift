/// `sweeps.status`: returns when each sweep ran, what it found, and when its next run is due.
package enum GetSweeps: Method {
    package static let name = "sweeps.status"
    package static let contract = MethodContract(
        role: .operator, work: .read,
        summary: "Returns when each sweep ran, what it found, and when its next run is due."
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        package var sweeps: [SweepState]

        package init(sweeps: [SweepState]) {
            self.sweeps = sweeps
        }
    }
}
