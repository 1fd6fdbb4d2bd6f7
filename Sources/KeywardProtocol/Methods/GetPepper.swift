/// `pepper.status`: tells where the pepper comes from, and how many keys each of its lines is still needed for.
package enum GetPepper: Method {
    package static let name = "pepper.status"
    package static let contract = MethodContract(
        role: .operator, work: .read,
        summary: "Tells where the pepper comes from, and how many keys each pepper is still needed for."
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
