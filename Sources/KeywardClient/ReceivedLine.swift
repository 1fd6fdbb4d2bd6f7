internal import KeywardBase

/// A line from the daemon, as far as it concerns a call.
struct ReceivedLine: Sendable {
    /// The call's number; `nil` when the daemon could not read it, or when the line concerns the connection.
    var id: Int?
    /// The result's JSON, unchanged, or the error.
    var outcome: Result<[UInt8], RPCError>

    /// Reads a line; `nil` for a notification, which answers no call.
    init?(line: [UInt8], tape: inout JSONTape) throws(KeywardError) {
        defer { tape.shrink() }
        do {
            switch try tape.read(reply: line.span) {
            case .result(let id, let node): self.init(id: id, outcome: .success(Array(line[tape[node].range])))
            case .failure(let id, let error): self.init(id: id, outcome: .failure(error))
            case .notification: return nil
            }
        } catch {
            throw .protocolViolation("its reply is not one of JSON-RPC 2.0")
        }
    }

    private init(id: Int?, outcome: Result<[UInt8], RPCError>) {
        self.id = id
        self.outcome = outcome
    }
}

/// A call's result, both decoded and as JSON text.
package struct Answer<Value: Sendable>: Sendable {
    package var value: Value
    /// The result's JSON, byte for byte.
    package var text: JSONText

    package init(value: Value, text: JSONText) {
        self.value = value
        self.text = text
    }
}

extension Answer where Value: Decodable {
    init(_ result: [UInt8], of method: String) throws(KeywardError) {
        do {
            value = try JSONCoding.decode(Value.self, from: result)
        } catch {
            throw .protocolViolation("the result of \(method) does not follow the protocol")
        }
        text = JSONText(String(decoding: result, as: UTF8.self))
    }
}

/// A request, one line.
enum RequestLine {
    /// The longest line that the daemon accepts on its verify socket, and on the admin socket, in bytes (protocol.md,
    /// Framing).
    static let longestVerification = 64 << 10
    static let longest = 1 << 20

    static func bytes<M: Method>(_ method: M.Type, id: Int, params: M.Params) throws(KeywardError) -> [UInt8] {
        let limit = M.contract.reach == .everySocket ? longestVerification : longest
        return try bytes(method: M.name, id: id, params: params, limit: limit)
    }

    static func bytes(
        method: String, id: Int, params: some Encodable, limit: Int = longest
    ) throws(KeywardError) -> [UInt8] {
        var buffer = ByteBuffer()
        do {
            try Call.append(method: method, id: id, params: params, into: &buffer)
        } catch {
            throw .protocolViolation("the parameters of \(method) cannot be written as JSON")
        }
        guard buffer.count <= limit else { throw .requestTooLong(limit: limit) }
        return buffer.withUnsafeBytes { Array($0) }
    }
}
