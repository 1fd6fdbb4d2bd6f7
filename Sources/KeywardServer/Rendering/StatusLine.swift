import KeywardCore

extension Application {
    /// How the daemon does, on one line: `Ready: 1,234 live keys, 12 connections, 56,789 verifications since the start`.
    package var statusLine: String {
        let tally = authority.registry.tally
        let verifications = Verdict.Code.allCases.reduce(0) { $0 + tally[$1] }
        let (admin, verify) = connections
        let state =
            authority.committer.canWrite
            ? "Ready" : authority.committer.writeBar == nil ? "Read-only, for want of room" : "Read-only"
        return
            "\(state): \(Self.grouped(authority.registry.liveCount)) live keys, \(Self.grouped(admin + verify)) connections, "
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
