/// A method of the protocol: its contract, its parameters and its result, in one file under `Methods/`.
///
/// ``MethodTable`` lists them all; a method that is not in it cannot be reached.
package protocol Method: SendableMetatype {
    /// The call's `params`. A member that this type does not ask for is refused.
    associatedtype Params: Codable & Sendable
    /// The reply's `result`.
    associatedtype Result: Codable & Sendable

    /// The method's name on the wire.
    static var name: String { get }
    /// Where it may be called, by whom, and what it does.
    static var contract: MethodContract { get }
    /// What comes after the reply, unasked: the method and the `params` of the notifications; `nil` if nothing does.
    static var notification: (name: String, params: any Decodable.Type)? { get }
}

extension Method {
    package static var notification: (name: String, params: any Decodable.Type)? { nil }
}

/// What holds of a method before its parameters are looked at.
package struct MethodContract: Sendable {
    /// The sockets on which the method exists.
    package enum Reach: Sendable { case adminOnly, everySocket }

    /// Who may call it. On `verify`'s own socket everyone who could connect may call what exists there.
    package enum Role: String, Sendable {
        case anyone, member, viewer, admin, ownerOrAdmin, `operator`
    }

    /// What it costs, which decides where it runs.
    package enum Work: Sendable {
        /// Answered from memory, on the connection's event loop.
        case inline
        /// Reads that need more than a moment.
        case read
        /// A change: durable before it is answered.
        case change
    }

    package var reach: Reach
    package var role: Role
    package var work: Work
    /// One sentence: what the method does.
    package var summary: String
    /// One sentence for each parameter, by its name.
    package var params: KeyValuePairs<String, String>
    /// The errors that it may answer beside those that every method may.
    package var errors: [RPCError.Code]

    package init(
        reach: Reach = .adminOnly, role: Role, work: Work, summary: String,
        params: KeyValuePairs<String, String> = [:], errors: [RPCError.Code] = []
    ) {
        self.reach = reach
        self.role = role
        self.work = work
        self.summary = summary
        self.params = params
        self.errors = errors
    }
}

/// The `params` of a method that has none.
package struct NoParams: Codable, Sendable {
    package init() {}
}
