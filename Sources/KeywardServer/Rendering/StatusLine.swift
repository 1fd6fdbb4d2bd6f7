import KeywardCore

extension Application {
    /// How the daemon does, on one line: `Ready: 1,234 live keys, 12 connections, 56,789 verifications since the start`.
    package var statusLine: String {
        let (keys, verifications) = authority.registry.withState { state in
            (state.liveCount, Verdict.Code.allCases.reduce(0) { $0 + state.tally[$1] })
        }
        let (admin, verify) = connections
        let state =
            authority.canWrite ? "Ready" : authority.writeBar == nil ? "Read-only, for want of room" : "Read-only"
        return "\(state): \(Self.grouped(keys)) live keys, \(Self.grouped(admin + verify)) connections, "
            + "\(Self.grouped(verifications)) verifications since the start"
    }

    /// A number with its digits in groups of three.
    package static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.enumerated().reduce(into: "") { text, digit in
            if digit.offset > 0, (digits.count - digit.offset).isMultiple(of: 3) { text.append(",") }
            text.append(digit.element)
        }
    }
}
