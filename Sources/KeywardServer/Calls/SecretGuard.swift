import KeywardBase
import KeywardCore
import KeywardProtocol

/// Refuses keys in every parameter except those for presented secrets, whole keys and those without their last
/// characters. Stored, listed or logged data must never contain a key.
enum SecretGuard {
    /// Where a method's parameters may have a key.
    enum Passage {
        case nowhere, everywhere
        /// A member of each object of an array, which is the value of `list`.
        case memberOfEach(StaticString, list: StaticString)
    }

    /// Of `keys.verify` nothing is stored, listed or logged; `keys.import` checks the form of its secrets itself.
    static func passage(of method: String) -> Passage {
        switch method {
        case VerifyKey.name: .everywhere
        case ImportKeys.name: .memberOfEach("secret", list: "keys")
        default: .nowhere
        }
    }

    /// Refuses parameters that contain a key; the message names the parameter, never the value.
    static func check(
        _ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>, passing passage: Passage
    ) throws(ParamsFault) {
        guard let params else { return }
        if case .everywhere = passage { return }
        try tape.forEachMember(of: params) { (name, value) throws(ParamsFault) in
            if case .memberOfEach(let passed, let list) = passage, tape.equals(name, list, in: line),
                tape[value].kind == .array
            {
                return try checkElements(of: value, named: name, of: tape, in: line, passing: passed)
            }
            try refuseKey(from: name, to: tape.next(value), in: name, of: tape, in: line)
        }
    }

    private static func checkElements(
        of list: Int, named name: Int, of tape: borrowing JSONTape, in line: Span<UInt8>,
        passing passed: StaticString
    ) throws(ParamsFault) {
        var element = list + 1
        while element < tape.next(list) {
            let end = tape.next(element)
            guard tape[element].kind == .object else {
                try refuseKey(from: element, to: end, in: name, of: tape, in: line)
                element = end
                continue
            }
            try tape.forEachMember(of: element) { (member, value) throws(ParamsFault) in
                if tape.equals(member, passed, in: line), tape[value].kind == .string { return }
                try refuseKey(from: member, to: tape.next(value), in: name, of: tape, in: line)
            }
            element = end
        }
    }

    private static func refuseKey(
        from start: Int, to end: Int, in parameter: Int, of tape: borrowing JSONTape, in line: Span<UInt8>
    ) throws(ParamsFault) {
        guard holdsKey(start, end, of: tape, in: line) else { return }
        throw ParamsFault(
            param: plainName(parameter, of: tape, in: line),
            "A parameter holds a whole key. Name a key by its id, prefix or name. "
                + "If others could see this one, rotate it.")
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
