/// `audit.acknowledge`: notes that an operator knows what is wrong with the end of the audit chain.
package enum AcknowledgeAudit: Method {
    package static let name = "audit.acknowledge"
    package static let contract = MethodContract(
        role: .operator, work: .change,
        summary: "Notes that an operator knows of a lost or missing end of the audit chain; changes are made again.",
        errors: [.readOnly]
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        /// The number of the entry that tells of it; `nil` if there was nothing to acknowledge.
        package var entry: Int?

        package init(entry: Int?) {
            self.entry = entry
        }
    }
}
