/// `events.subscribe`: sends all later events as notifications.
package enum Subscribe: Method {
    package static let name = "events.subscribe"
    package static let contract = MethodContract(
        role: .member, work: .read,
        summary: "Sends all later events as notifications, until the connection ends.",
        params: [
            "types": "Only events of these types; all if it is not given.",
            "workspace": "Only events of this workspace; if it is not given, of all that the caller is a member of, "
                + "and for operators also those of the host.",
        ],
        errors: [.notFound, .limitExceeded]
    )
    package static var notification: (name: String, params: any Decodable.Type)? { ("event", Event.self) }

    package struct Params: Codable, Sendable {
        package var types: [Event.Kind]?
        package var workspace: String?

        package init(types: [Event.Kind]? = nil, workspace: String? = nil) {
            self.types = types
            self.workspace = workspace
        }
    }

    package struct Result: Codable, Sendable {
        /// The subscription's id, which each of its events repeats.
        package var subscription: String
        /// The number of the newest audit entry at this moment; the events of later entries follow.
        package var seq: Int

        package init(subscription: String, seq: Int) {
            self.subscription = subscription
            self.seq = seq
        }
    }
}
