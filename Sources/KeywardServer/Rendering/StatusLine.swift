import KeywardCore

/// The daemon's state on one line: `Ready: 1,234 live keys, 12 connections, 56,789 verifications since the start`.
package struct StatusLine: Sendable {
    var liveKeys: Int
    var connections: Int
    /// Since the start.
    var verifications: Int
    var canWrite: Bool
    /// Why changes are refused although the store is writable.
    var bar: WriteBar?

    var text: String {
        let state = canWrite ? "Ready" : bar == nil ? "Read-only, for want of room" : "Read-only"
        return "\(state): \(Self.grouped(liveKeys)) live keys, \(Self.grouped(connections)) connections, "
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
