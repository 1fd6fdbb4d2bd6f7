package import KeywardBase
package import KeywardProtocol

/// Writes the identity headers of an answer, each a line.
package struct IdentityBlock: Sendable {
    private let chosen: Set<IdentityHeader>

    /// - Parameter chosen: The headers that get a value.
    package init(_ chosen: Set<IdentityHeader>) {
        self.chosen = chosen
    }

    /// Appends the headers for the result of a verification at a node of a scanned reply.
    package func append(
        _ result: Int, of tape: borrowing JSONTape, in line: Span<UInt8>,
        to buffer: inout KeywardBase.ByteBuffer
    ) {
        for header in IdentityHeader.allCases {
            buffer.append(header.field)
            buffer.append(": ")
            if chosen.contains(header), let node = tape.member(header.member, of: result, in: line) {
                Self.append(node, of: tape, in: line, to: &buffer)
            } else {
                buffer.append(HeaderValue.empty)
            }
            buffer.append("\r\n")
        }
    }

    /// Appends the headers of a request without a verified key.
    package static func appendEmpty(to buffer: inout KeywardBase.ByteBuffer) {
        for header in IdentityHeader.allCases {
            buffer.append(header.field)
            buffer.append(": ")
            buffer.append(HeaderValue.empty)
            buffer.append("\r\n")
        }
    }

    private static func append(
        _ node: Int, of tape: borrowing JSONTape, in line: Span<UInt8>, to buffer: inout KeywardBase.ByteBuffer
    ) {
        switch tape[node].kind {
        case .string: appendString(node, of: tape, in: line, to: &buffer)
        case .array: appendWords(node, of: tape, in: line, to: &buffer)
        case .object:
            // An owner.
            guard let name = tape.member("name", of: node, in: line), tape[name].kind == .string else {
                return buffer.append(HeaderValue.empty)
            }
            appendString(name, of: tape, in: line, to: &buffer)
        default: buffer.append(HeaderValue.empty)
        }
    }

    private static func appendString(
        _ node: Int, of tape: borrowing JSONTape, in line: Span<UInt8>, to buffer: inout KeywardBase.ByteBuffer
    ) {
        guard tape[node].hasEscapes else {
            return HeaderValue.append(whole: line.extracting(tape[node].contents), to: &buffer)
        }
        var text = KeywardBase.ByteBuffer()
        tape.appendString(node, in: line, to: &text)
        text.withBytes { HeaderValue.append(whole: $0, to: &buffer) }
    }

    /// Words with a space between them. Neither scopes nor warnings have spaces.
    private static func appendWords(
        _ node: Int, of tape: borrowing JSONTape, in line: Span<UInt8>, to buffer: inout KeywardBase.ByteBuffer
    ) {
        let end = tape.next(node)
        var word = node + 1
        if word == end { return buffer.append(HeaderValue.empty) }
        while word < end {
            if word > node + 1 { buffer.append(" ") }
            if tape[word].kind == .string { appendString(word, of: tape, in: line, to: &buffer) }
            word = tape.next(word)
        }
    }
}
