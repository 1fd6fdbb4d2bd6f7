internal import KeywardBase
internal import KeywardProtocol

/// Writes the header fields about what remains of a key's limits, each a line.
///
/// `RateLimit` and `RateLimit-Policy` are Lists of Strings with parameters (RFC 9651), as
/// draft-ietf-httpapi-ratelimit-headers-11 has them. `t` is left out while the same request would pass at once. `w` is
/// left out, because a reply has no length of a window.
enum AllowanceFields {
    /// Appends `RateLimit-Policy` and `RateLimit`, if the result at a node of a scanned reply has limits of the key.
    static func appendLimits(
        _ result: Int, of tape: borrowing JSONTape, in line: Span<UInt8>, now: () -> Timestamp,
        to buffer: inout KeywardBase.ByteBuffer
    ) {
        guard let limits = tape.member("limits", of: result, in: line), tape[limits].kind == .array else { return }
        let known = states(limits, of: tape, in: line)
        // A List without items is no field.
        guard !known.isEmpty else { return }
        let now = now()
        for (place, state) in known.enumerated() {
            appendName(state, place == 0 ? "RateLimit-Policy: \"" : ", \"", to: &buffer)
            append(";q=", state.limit, to: &buffer)
        }
        for (place, state) in known.enumerated() {
            appendName(state, place == 0 ? "\r\nRateLimit: \"" : ", \"", to: &buffer)
            append(";r=", state.remaining, to: &buffer)
            let wait = state.resetsAt.map { $0.milliseconds - now.milliseconds } ?? 0
            if wait > 0 { append(";t=", (wait + 999) / 1_000, to: &buffer) }
        }
        buffer.append("\r\n")
    }

    /// Appends `Retry-After`, unless the request can never pass.
    static func appendRetryAfter(
        _ result: Int, of tape: borrowing JSONTape, in line: Span<UInt8>, to buffer: inout KeywardBase.ByteBuffer
    ) {
        guard let node = tape.member("retryAfterSeconds", of: result, in: line),
            let seconds = tape.integer(node, as: Int64.self, in: line), seconds >= 0
        else { return }
        append("Retry-After: ", seconds, to: &buffer)
        buffer.append("\r\n")
    }

    private struct State {
        var name: String
        var limit: Int64
        var remaining: Int64
        var resetsAt: Timestamp?
    }

    /// The limits that the key has.
    private static func states(_ limits: Int, of tape: borrowing JSONTape, in line: Span<UInt8>) -> [State] {
        var states: [State] = []
        var (node, end) = (limits + 1, tape.next(limits))
        while node < end {
            if let state = state(node, of: tape, in: line) { states.append(state) }
            node = tape.next(node)
        }
        return states
    }

    private static func state(_ node: Int, of tape: borrowing JSONTape, in line: Span<UInt8>) -> State? {
        guard tape[node].kind == .object, let name = tape.member("name", of: node, in: line),
            let limit = tape.member("limit", of: node, in: line),
            let remaining = tape.member("remaining", of: node, in: line),
            let text = tape.string(name, in: line), text.utf8.allSatisfy({ PlainByte.isPlain($0) }),
            let limit = tape.integer(limit, as: Int64.self, in: line),
            let remaining = tape.integer(remaining, as: Int64.self, in: line), limit >= 0, remaining >= 0
        else { return nil }
        let resetsAt = tape.member("resetsAt", of: node, in: line).flatMap { tape.string($0, in: line) }
        return State(name: text, limit: limit, remaining: remaining, resetsAt: resetsAt.flatMap { Timestamp($0) })
    }

    private static func appendName(_ state: State, _ start: StaticString, to buffer: inout KeywardBase.ByteBuffer) {
        buffer.append(start)
        buffer.append(utf8: state.name)
        buffer.append("\"")
    }

    private static func append(
        _ name: StaticString, _ number: Int64, to buffer: inout KeywardBase.ByteBuffer
    ) {
        buffer.append(name)
        buffer.append(decimal: number)
    }
}
