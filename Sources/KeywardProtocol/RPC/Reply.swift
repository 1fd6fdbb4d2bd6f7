package import KeywardBase

/// Writes replies of JSON-RPC 2.0, one line each, or the elements of a batch's one line.
package enum Reply {
    /// What follows a reply.
    package enum Ending: Sendable {
        /// A line feed: the reply is a line of its own.
        case line
        /// Nothing: the reply is an element of a batch.
        case none
    }

    /// Begins a reply whose result the caller writes, an object; call ``end(_:into:)`` after it.
    ///
    /// - Parameter id: the id as written in the request; `nil` is `null`.
    @inlinable package static func beginResult(id: Span<UInt8>?, into buffer: inout ByteBuffer) {
        begin(id, into: &buffer)
        buffer.append(#","result":"#)
    }

    /// Ends a reply that ``beginResult(id:into:)`` began.
    @inlinable package static func end(_ ending: Ending = .line, into buffer: inout ByteBuffer) {
        switch ending {
        case .line: buffer.append("}\n")
        case .none: buffer.append("}")
        }
    }

    /// Appends a reply with a result. If encoding fails, the reply is an `internalError`.
    package static func appendResult(
        _ result: some Encodable, id: Span<UInt8>?, ending: Ending = .line, into buffer: inout ByteBuffer
    ) {
        let start = buffer.count
        beginResult(id: id, into: &buffer)
        do {
            try JSONCoding.encode(result, into: &buffer, nulls: true)
            end(ending, into: &buffer)
        } catch {
            buffer.truncate(to: start)
            appendError(
                RPCError(.internalError, "The result could not be written."), id: id, ending: ending, into: &buffer)
        }
    }

    /// Appends a reply with an error.
    package static func appendError(
        _ error: RPCError, id: Span<UInt8>?, ending: Ending = .line, into buffer: inout ByteBuffer
    ) {
        begin(id, into: &buffer)
        buffer.append(#","error":"#)
        let start = buffer.count
        do {
            try JSONCoding.encode(ErrorObject(error), into: &buffer, nulls: false)
        } catch {
            // Facts are text and integers, which can always be encoded. If that fails, a reply is still required.
            buffer.truncate(to: start)
            buffer.append(#"{"code":-32603,"message":"Internal error.","data":{"code":"internalError"}}"#)
        }
        end(ending, into: &buffer)
    }

    /// Appends a reply with a result to a request, with the id from its `line`.
    package static func appendResult(
        _ result: some Encodable, id: Range<Int>?, of line: Span<UInt8>, ending: Ending = .line,
        into buffer: inout ByteBuffer
    ) {
        if let id {
            appendResult(result, id: line.extracting(id), ending: ending, into: &buffer)
        } else {
            appendResult(result, id: nil, ending: ending, into: &buffer)
        }
    }

    /// Appends a reply with an error to a request, with the id from its `line`.
    package static func appendError(
        _ error: RPCError, id: Range<Int>?, of line: Span<UInt8>, ending: Ending = .line,
        into buffer: inout ByteBuffer
    ) {
        if let id {
            appendError(error, id: line.extracting(id), ending: ending, into: &buffer)
        } else {
            appendError(error, id: nil, ending: ending, into: &buffer)
        }
    }

    @usableFromInline static func begin(_ id: Span<UInt8>?, into buffer: inout ByteBuffer) {
        buffer.append(#"{"jsonrpc":"2.0","id":"#)
        if let id { buffer.append(id) } else { buffer.append("null") }
    }

    /// An error in its JSON form: `data` is the symbolic code and the facts.
    private struct ErrorObject: Encodable {
        var code: Int
        var message: String
        var data: Data

        init(_ error: RPCError) {
            code = error.code.number
            message = error.message
            data = Data(code: error.code, facts: error.data)
        }

        struct Data: Encodable {
            var code: RPCError.Code
            var facts: RPCError.Facts

            enum CodingKeys: CodingKey { case code }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(code, forKey: .code)
                try facts.encode(to: encoder)
            }
        }
    }
}
