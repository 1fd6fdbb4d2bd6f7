/// `pepper.status`: returns the source of the pepper, and the number of keys that still need each pepper.
package enum GetPepper: Method {
    package static let name = "pepper.status"
    package static let contract = MethodContract(
        role: .operator, work: .read,
        summary: "Returns the source of the pepper, and how many keys need each pepper."
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        /// `credential` or `file`.
        package var source: String
        /// The name of the systemd credential, or the path of the file.
        package var place: String
        package var peppers: [PepperUse]

        package init(source: String, place: String, peppers: [PepperUse]) {
            self.source = source
            self.place = place
            self.peppers = peppers
        }
    }
}
