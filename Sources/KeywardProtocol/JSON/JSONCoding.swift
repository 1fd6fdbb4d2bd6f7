package import KeywardBase

/// Converts typed values to and from JSON with `Codable`.
package enum JSONCoding {
    /// Decodes the `params` of a call, strictly. It refuses unknown members at every level, unknown words, `1.0` for an
    /// integer and a missing member. `null` for an optional member counts as absent.
    ///
    /// - Parameter node: `params`, an object; `nil` counts as an empty one.
    package static func decodeParams<T: Decodable>(
        _ type: T.Type, from tape: borrowing JSONTape, node: Int?, in line: Span<UInt8>
    ) throws(ParamsFault) -> T {
        try decode(type, from: tape, node: node, in: line, .strict)
    }

    /// Decodes what a daemon sent, tolerantly: unknown members are ignored, unknown words are kept.
    package static func decode<T: Decodable>(
        _ type: T.Type, from tape: borrowing JSONTape, node: Int, in text: Span<UInt8>
    ) throws(ParamsFault) -> T {
        try decode(type, from: tape, node: node, in: text, .tolerant)
    }

    /// Scans one JSON text and decodes it tolerantly.
    package static func decode<T: Decodable>(_ type: T.Type, from text: Span<UInt8>) throws -> T {
        var tape = JSONTape(limits: .reply)
        try tape.scan(text)
        return try decode(type, from: tape, node: 0, in: text)
    }

    /// Scans one JSON text and decodes it tolerantly.
    package static func decode<T: Decodable>(_ type: T.Type, from text: [UInt8]) throws -> T {
        try decode(type, from: text.span)
    }

    /// Appends a value as JSON without white space, members in the order of their declaration.
    ///
    /// - Parameter nulls: whether an absent optional member is written as `null` (results) or omitted (params).
    /// - Throws: the errors of the value's own `encode(to:)`; `buffer` is then unchanged.
    package static func encode(_ value: some Encodable, into buffer: inout ByteBuffer, nulls: Bool) throws {
        let start = buffer.count
        let writer = JSONWriter(taking: &buffer, nulls: nulls)
        defer { writer.giveBack(&buffer) }
        do {
            try writer.write(value, path: [])
        } catch {
            writer.buffer.truncate(to: start)
            throw error
        }
    }

    /// A value as JSON.
    package static func bytes(of value: some Encodable, nulls: Bool = true) throws -> [UInt8] {
        var buffer = ByteBuffer()
        try encode(value, into: &buffer, nulls: nulls)
        return buffer.withUnsafeBytes { Array($0) }
    }

    /// A value as JSON.
    package static func string(of value: some Encodable, nulls: Bool = true) throws -> String {
        String(decoding: try bytes(of: value, nulls: nulls), as: UTF8.self)
    }

    private static func decode<T: Decodable>(
        _ type: T.Type, from tape: borrowing JSONTape, node: Int?, in text: Span<UInt8>, _ manner: DecodingManner
    ) throws(ParamsFault) -> T {
        precondition(node ?? 0 < tape.count && tape.count > 0 && Int(tape[0].end) <= text.count)
        let nodes = UnsafePointer(tape.nodes)
        return try text.withUnsafeBufferPointer { (bytes) throws(ParamsFault) in
            do {
                let decoder = TapeDecoder(
                    TapeSource(nodes: nodes, text: bytes, manner: manner), node: node, path: [])
                guard let node else { return try decoder.whole(type) }
                return try decoder.decode(type, at: node, path: [])
            } catch let fault as ParamsFault {
                throw fault
            } catch {
                // The text of a type's own error may contain parameter values, so it is not repeated.
                throw ParamsFault(param: nil, "The parameters could not be read.")
            }
        }
    }
}

extension JSONText {
    /// Accepts `text` if it is valid JSON within the limits of the protocol.
    package init(checking text: String) throws(JSONFault) {
        var tape = JSONTape()
        let bytes = Array(text.utf8)
        try tape.scan(bytes.span)
        self.init(text)
    }
}
