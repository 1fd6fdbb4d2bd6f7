package import KeywardBase

/// The client's side of JSON-RPC 2.0: writes requests, reads replies.
package enum Call {
    /// Appends a request, one line; an absent optional parameter is omitted.
    ///
    /// - Throws: the errors of encoding `params`; `buffer` is then unchanged.
    package static func append<M: Method>(
        _ method: M.Type, id: Int, params: M.Params, into buffer: inout ByteBuffer
    ) throws {
        try append(method: M.name, id: id, params: params, into: &buffer)
    }

    /// Appends a request to a method given by name.
    package static func append(
        method: String, id: Int, params: some Encodable, into buffer: inout ByteBuffer
    ) throws {
        let start = buffer.count
        buffer.append(#"{"jsonrpc":"2.0","id":"#)
        buffer.append(decimal: Int64(id))
        buffer.append(#","method":"#)
        buffer.append(jsonString: method)
        buffer.append(#","params":"#)
        do {
            try JSONCoding.encode(params, into: &buffer, nulls: false)
        } catch {
            buffer.truncate(to: start)
            throw error
        }
        buffer.append("}\n")
    }
}

/// The content of a line from the daemon.
package enum ReplyLine: Sendable {
    /// The call succeeded; the node of its result.
    case result(id: Int, Int)
    /// The call failed. Without an id the daemon could not read the call's id, or the error concerns the connection.
    case failure(id: Int?, RPCError)
    /// A notification: the nodes of its method and `params`.
    case notification(method: Int, params: Int?)
}

/// The line is not a valid reply to this client.
package enum ReplyFault: Error, Hashable, Sendable {
    case json(JSONFault)
    case envelope
}

extension JSONTape {
    /// Scans and classifies a line from the daemon. The tape needs ``Limits/reply``.
    package mutating func read(reply line: Span<UInt8>) throws(ReplyFault) -> ReplyLine {
        do {
            try scan(line)
        } catch {
            throw .json(error)
        }
        guard self[0].kind == .object, let version = member("jsonrpc", of: 0, in: line),
            equals(version, "2.0", in: line)
        else { throw .envelope }
        guard let id = member("id", of: 0, in: line) else { return try notification(in: line) }
        guard self[id].kind == .null || self[id].isInteger else { throw .envelope }
        let number = integer(id, in: line)
        let (result, error) = (member("result", of: 0, in: line), member("error", of: 0, in: line))
        switch (result, error) {
        case (let result?, nil):
            // A result without an id could belong to any call.
            guard let number else { throw .envelope }
            return .result(id: number, result)
        case (nil, let error?): return .failure(id: number, try failure(error, in: line))
        default: throw .envelope
        }
    }

    private func notification(in line: Span<UInt8>) throws(ReplyFault) -> ReplyLine {
        guard let method = member("method", of: 0, in: line), self[method].kind == .string else { throw .envelope }
        return .notification(method: method, params: member("params", of: 0, in: line))
    }

    private func failure(_ error: Int, in line: Span<UInt8>) throws(ReplyFault) -> RPCError {
        guard let written = try? JSONCoding.decode(WrittenError.self, from: self, node: error, in: line) else {
            throw .envelope
        }
        return written.error
    }
}

/// An error object from a daemon, perhaps a newer one.
private struct WrittenError: Decodable {
    var error: RPCError

    enum CodingKeys: CodingKey { case code, message, data }
    enum DataKeys: CodingKey { case code }

    /// An unknown word becomes the first code with its number, an unknown number `internalError`.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let number = try container.decode(Int.self, forKey: .code)
        let message = try container.decode(String.self, forKey: .message)
        let byNumber = RPCError.Code.allCases.first { $0.number == number } ?? .internalError
        guard let data = try? container.nestedContainer(keyedBy: DataKeys.self, forKey: .data) else {
            error = RPCError(byNumber, message)
            return
        }
        let word = try? data.decode(String.self, forKey: .code)
        // A newer daemon may change the shape of a fact. Then the error without facts is better than none.
        let facts = try? container.decode(RPCError.Facts.self, forKey: .data)
        error = RPCError(word.flatMap(RPCError.Code.init) ?? byNumber, message, data: facts ?? RPCError.Facts())
    }
}
