/// The outcome of a verification: a value, never an error.
package struct Verdict: Sendable {
    package enum Code: UInt8, CaseIterable, Sendable {
        case valid, malformed, notFound, revoked, superseded, expired, disabled, upgradeRequired, insufficientScope
    }

    package var code: Code
    /// The key, if the whole secret was presented.
    package var index: KeyTable.Index?
    package var warnings: VerdictWarnings = []

    package init(code: Code, index: KeyTable.Index? = nil) {
        self.code = code
        self.index = index
    }
}

/// What holds of a valid key beside; decided before the use itself is counted.
package struct VerdictWarnings: OptionSet, Sendable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let retiring = VerdictWarnings(rawValue: 1)
    package static let expiring = VerdictWarnings(rawValue: 2)
    package static let stale = VerdictWarnings(rawValue: 4)
}

/// How verifications ended since the start.
package struct VerificationTally: Sendable {
    private var counts = InlineArray<9, Int>(repeating: 0)

    package subscript(code: Verdict.Code) -> Int { counts[Int(code.rawValue)] }

    package mutating func count(_ code: Verdict.Code) { counts[Int(code.rawValue)] += 1 }
}

/// Which workspaces a verification accepts.
package enum WorkspaceFilter: Sendable {
    case any
    case only(Int64)
    /// One that is not there: no key belongs to it.
    case none

    package func admits(_ workspace: Int64) -> Bool {
        switch self {
        case .any: true
        case .only(let number): number == workspace
        case .none: false
        }
    }
}

extension RegistryState {
    /// The workspace that is meant where none is named.
    package var defaultWorkspace: WorkspaceFilter { workspaceNames.first.map { .only($0.number) } ?? .none }

    /// The filter for a workspace's name.
    package func filter(named name: UnsafeRawBufferPointer) -> WorkspaceFilter {
        workspace(named: name).map { .only($0) } ?? .none
    }
}
