/// The outcome of a verification: a value, never an error.
package struct Verdict: Hashable, Sendable {
    package enum Code: UInt8, CaseIterable, Sendable {
        case valid, malformed, notFound, revoked, superseded, expired, disabled, upgradeRequired, insufficientScope
        case addressRefused, rateLimited, creditsExhausted
    }

    package var code: Code
    package var warnings: VerdictWarnings = []
    /// Whether ``VerdictDetails`` belong to it.
    package var hasDetails = false

    package init(code: Code, warnings: VerdictWarnings = []) {
        (self.code, self.warnings) = (code, warnings)
    }
}

/// The warnings about a valid key; decided before the use itself is counted.
package struct VerdictWarnings: OptionSet, Hashable, Sendable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let retiring = VerdictWarnings(rawValue: 1)
    package static let expiring = VerdictWarnings(rawValue: 2)
    package static let stale = VerdictWarnings(rawValue: 4)
}

/// Verifications since the start, by outcome.
package struct VerificationTally: Sendable {
    private var counts = InlineArray<12, Int>(repeating: 0)

    package subscript(code: Verdict.Code) -> Int { counts[Int(code.rawValue)] }

    package mutating func count(_ code: Verdict.Code) { counts[Int(code.rawValue)] += 1 }
}
