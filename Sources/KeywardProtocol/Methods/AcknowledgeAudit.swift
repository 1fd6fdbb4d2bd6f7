/// `audit.acknowledge`: records that an operator knows about a lost or missing end of the audit chain.
package enum AcknowledgeAudit: Method {
    package static let name = "audit.acknowledge"
    package static let contract = MethodContract(
        role: .operator, work: .change,
        summary: "Acknowledges a lost or missing end of the audit chain; changes are accepted again.",
        errors: [.readOnly]
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        /// The number of the entry that records it; `nil` if there was nothing to acknowledge.
        package var entry: Int?

        package init(entry: Int?) {
            self.entry = entry
        }
    }
}
