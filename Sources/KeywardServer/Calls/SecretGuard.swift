import KeywardBase
import KeywardCore
import KeywardProtocol

/// Refuses keys in every parameter except the one of `keys.verify` for them, whole keys and those without their last
/// characters. Stored, listed or logged data must never contain a key.
enum SecretGuard {
    /// Refuses parameters that contain a key; the message names the parameter, never the value.
    static func check(_ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>) throws(ParamsFault) {
        guard let params else { return }
        try tape.forEachMember(of: params) { (name, value) throws(ParamsFault) in
            guard !holdsKey(name, tape.next(value), of: tape, in: line) else {
                throw ParamsFault(
                    param: plainName(name, of: tape, in: line),
                    "A parameter holds a whole key. Name a key by its id, prefix or name. "
                        + "If others could see this one, rotate it.")
            }
        }
    }

    private static func holdsKey(
        _ start: Int, _ end: Int, of tape: borrowing JSONTape, in line: Span<UInt8>
    ) -> Bool {
        for node in start..<end where tape[node].kind == .string && tape[node].contents.count >= KeyFormat.shortestFind
        {
            var text = ByteBuffer(capacity: tape[node].contents.count)
            tape.appendString(node, in: line, to: &text)
            if text.withUnsafeBytes({ KeyFormat.occurs(in: Array($0)) }) { return true }
        }
        return false
    }

    private static func plainName(_ node: Int, of tape: borrowing JSONTape, in line: Span<UInt8>) -> String? {
        tape.string(node, in: line).flatMap { $0.utf8.count < 40 ? $0 : nil }
    }
}
