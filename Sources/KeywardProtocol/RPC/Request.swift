/// A JSON-RPC 2.0 request, as ranges and nodes of its line.
package struct Request: Sendable {
    /// The bytes of the id, which the reply repeats; `nil` makes the request a notification, which is never answered.
    package var id: Range<Int>?
    /// The node of the method's name.
    package var method: Int
    /// The node of `params`, an object; `nil` if there are none.
    package var params: Int?

    package init(id: Range<Int>?, method: Int, params: Int?) {
        self.id = id
        self.method = method
        self.params = params
    }

    /// The longest id, in bytes, without the quotes of a string.
    package static let longestID = 128
}

/// Why a request was refused, with its id if that could be read, so that the reply has it.
package struct RequestFault: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case json(JSONFault)
        case notAnObject
        case version
        case id
        case method
        case params
        /// Positional parameters, which JSON-RPC allows and this protocol does not.
        case positionalParams
        case emptyBatch
        case oversizedBatch
    }

    package var reason: Reason
    /// The bytes of the id; `nil` is answered as `null`.
    package var id: Range<Int>?

    package init(_ reason: Reason, id: Range<Int>? = nil) {
        self.reason = reason
        self.id = id
    }

    /// The error to return.
    package var error: RPCError {
        switch reason {
        case .json(let fault):
            fault.error
        case .notAnObject:
            RPCError(.invalidRequest, "A request is a JSON object.")
        case .version:
            RPCError(.invalidRequest, "The member `jsonrpc` must be \"2.0\".")
        case .id:
            RPCError(.invalidRequest, "The member `id` must be a string, an integer or null, of at most 128 bytes.")
        case .method:
            RPCError(.invalidRequest, "The member `method` must be a string.")
        case .params:
            RPCError(.invalidRequest, "The member `params` must be an object; leave it out if there are none.")
        case .positionalParams:
            RPCError(.invalidParams, "Parameters are named here: `params` must be an object, not an array.")
        case .emptyBatch:
            RPCError(.invalidRequest, "A batch has at least one request.")
        case .oversizedBatch:
            RPCError(
                .batchTooLarge, "A batch has at most \(RequestLine.largestBatch) requests; send them in several.",
                data: RPCError.Facts(limit: RequestLine.largestBatch))
        }
    }
}
