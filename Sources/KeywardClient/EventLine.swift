/// A line that the daemon sends without a request.
enum EventLine {
    /// Reads an event, both decoded and as JSON text; `nil` for a reply, and for a notification of another kind.
    static func read(_ line: [UInt8], tape: inout JSONTape) throws(KeywardError) -> Answer<Event>? {
        defer { tape.shrink() }
        let read: ReplyLine
        do {
            read = try tape.read(reply: line.span)
        } catch {
            throw .protocolViolation("its line is not one of JSON-RPC 2.0")
        }
        guard case .notification(let method, let params?) = read, tape.equals(method, "event", in: line.span) else {
            return nil
        }
        return try Answer(Array(line[tape[params].range]), of: "event")
    }
}
