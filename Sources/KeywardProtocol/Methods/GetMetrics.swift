/// `system.metrics`: returns the daemon's metrics in the Prometheus text format.
package enum GetMetrics: Method {
    package static let name = "system.metrics"
    package static let contract = MethodContract(
        role: .member, work: .read,
        summary: "Returns the daemon's metrics in the Prometheus text format."
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        package var contentType: String
        package var text: String

        package init(contentType: String, text: String) {
            self.contentType = contentType
            self.text = text
        }
    }
}
