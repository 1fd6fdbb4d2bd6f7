/// The configured policy. The defaults apply without a configuration.
package struct Policy: Hashable, Sendable {
    /// The plan catalogue, by name.
    package var plans: [String: Plan] = [
        "standard": Plan(apiAccess: true), "free": Plan(apiAccess: false),
    ]
    /// The plan of a workspace that is created without one; it must be in the catalogue.
    package var defaultPlan = "standard"
    /// The group whose members are operators.
    package var operatorGroup = "keyward-admin"
    /// A key is a production key if one of these is a segment of its name.
    package var productionSegments: Set<String> = ["prod", "production", "live"]
    /// The reaction to a name that contains a person's name or number.
    package var personalNames = PersonalNames.warn
    package var sweeps = SweepPolicy()
    /// How far the wall clock may be ahead of the boot-time clock before it is considered wrong.
    package var clockBound: Instant.Span = .seconds(300)
    /// Whether the last addresses from which keys were presented are kept in memory.
    package var keepsLastAddresses = true

    package init() {}

    package enum PersonalNames: String, CaseIterable, Sendable { case warn, refuse }
}

/// The settings of the sweeps, in days unless a name says otherwise.
package struct SweepPolicy: Hashable, Sendable {
    /// Notice of an end is given this many days before, 1 to ``longestNotice``; none if the set is empty.
    package var noticeDays: Set<Int> = [30, 7, 1]
    package static let longestNotice = 120
    /// A key is stale after so long without use.
    package var staleAfterDays = 90
    /// It is disabled after so long without use; `nil` is never.
    package var disableAfterDays: Int?
    /// It is revoked after so long without use; `nil` is never.
    package var revokeAfterDays: Int?
    /// Names of keys that are exempt from the stale policy.
    package var exemptKeys: Set<String> = []
    /// Ended keys are deleted after so long.
    package var retainTerminalDays = 400
    /// Hours of usage are deleted after so long.
    package var retainUsageDays = 400
    /// A sweep is held if it would end more than this share of ten or more live keys (0 to 1).
    package var largestShare = 0.2

    package init() {}
}
