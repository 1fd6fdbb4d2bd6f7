/// A method of the protocol: its contract, its parameters and its result, in one file under `Methods/`.
///
/// ``MethodTable`` lists them all. A method outside the table cannot be called.
package protocol Method: SendableMetatype {
    /// The call's `params`. An unknown member is refused.
    associatedtype Params: Codable & Sendable
    /// The reply's `result`.
    associatedtype Result: Codable & Sendable

    /// The method's name in the protocol.
    static var name: String { get }
    /// Its sockets, its callers, and what it does.
    static var contract: MethodContract { get }
    /// The notifications after the reply: their method and `params`; `nil` if there are none.
    static var notification: (name: String, params: any Decodable.Type)? { get }
}

extension Method {
    package static var notification: (name: String, params: any Decodable.Type)? { nil }
}

/// Properties of a method that do not depend on its parameters.
package struct MethodContract: Sendable {
    /// The sockets on which the method exists.
    package enum Reach: Sendable { case adminOnly, everySocket }

    /// The required role. On the verify socket every peer may call the methods of that socket.
    package enum Role: String, Sendable {
        case anyone, member, viewer, admin, ownerOrAdmin, `operator`
    }

    /// The cost of the method, which decides where it runs.
    package enum Work: Sendable {
        /// Answered from memory, on the connection's event loop.
        case inline
        /// Longer reads.
        case read
        /// A change, durable before it is answered.
        case change
    }

    package var reach: Reach
    package var role: Role
    package var work: Work
    /// One sentence: what the method does.
    package var summary: String
    /// One sentence for each parameter, by its name.
    package var params: KeyValuePairs<String, String>
    /// The errors that it may answer, besides those that every method may answer.
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

/// The `params` of a method without parameters.
package struct NoParams: Codable, Sendable {
    package init() {}
}

/// The `params` of a method whose result has numbers of keys that a caller can do without.
package struct CountParams: Codable, Sendable {
    package var counts: Bool?

    package init(counts: Bool? = nil) {
        self.counts = counts
    }

    static let descriptions: KeyValuePairs<String, String> = [
        "counts": "Whether to count the keys, which examines every key: true by default. Otherwise `keys` is empty."
    ]
}
