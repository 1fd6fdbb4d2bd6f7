/// `sweeps.status`: tells when each sweep ran, what it found, and when it has something to do next.
package enum GetSweeps: Method {
    package static let name = "sweeps.status"
    package static let contract = MethodContract(
        role: .operator, work: .read,
        summary: "Tells when each sweep ran, what it found, and when it has something to do next."
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        package var sweeps: [SweepState]

        package init(sweeps: [SweepState]) {
            self.sweeps = sweeps
        }
    }
}
