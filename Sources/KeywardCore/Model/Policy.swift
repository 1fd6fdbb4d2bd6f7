/// What an operator configures of the domain. The defaults hold without a configuration.
package struct Policy: Hashable, Sendable {
    /// The plan catalogue, by name.
    package var plans: [String: Plan] = [
        "standard": Plan(apiAccess: true), "free": Plan(apiAccess: false),
    ]
    /// The plan of a workspace that is created without one; it must be in the catalogue.
    package var defaultPlan = "standard"
    /// The group whose members are operators.
    package var operatorGroup = "keyward-admin"
    /// A key is a production key when one of these is a segment of its name.
    package var productionSegments: Set<String> = ["prod", "production", "live"]
    /// What happens to a name that holds a person's name or number.
    package var personalNames = PersonalNames.warn
    package var sweeps = SweepPolicy()
    /// How far the wall clock may lead the boot-time clock before its lead is disbelieved.
    package var clockBound: Instant.Span = .seconds(300)

    package init() {}

    package enum PersonalNames: String, CaseIterable, Sendable { case warn, refuse }
}

/// What a workspace may do.
package struct Plan: Hashable, Sendable {
    package var apiAccess: Bool
    /// How many live keys a workspace may have, retiring ones aside; `nil` is no cap.
    package var maxKeys: Int?
    /// How many days a key may live from the moment its expiry is set; `nil` is no cap.
    package var maxLifetimeDays: Int?
    package var requireExpiry: Bool
    package var requirePurpose: Bool
    /// Where to get a plan with API access.
    package var upgradeURL: String?

    package init(
        apiAccess: Bool, maxKeys: Int? = nil, maxLifetimeDays: Int? = nil, requireExpiry: Bool = false,
        requirePurpose: Bool = false, upgradeURL: String? = nil
    ) {
        self.apiAccess = apiAccess
        self.maxKeys = maxKeys
        self.maxLifetimeDays = maxLifetimeDays
        self.requireExpiry = requireExpiry
        self.requirePurpose = requirePurpose
        self.upgradeURL = upgradeURL
    }
}

/// What the sweeps do, in days unless a name says otherwise.
package struct SweepPolicy: Hashable, Sendable {
    /// An end is told of so many days ahead, 1 to ``longestNotice``; none is told of if there are none.
    package var noticeDays: Set<Int> = [30, 7, 1]
    package static let longestNotice = 120
    /// Unused for so long, a key is stale.
    package var staleAfterDays = 90
    /// Unused for so long, it is disabled; `nil` is never.
    package var disableAfterDays: Int?
    /// Unused for so long, it is revoked; `nil` is never.
    package var revokeAfterDays: Int?
    /// Names of keys that the stale policy leaves alone.
    package var exemptKeys: Set<String> = []
    /// Terminal keys are forgotten after so long.
    package var retainTerminalDays = 400
    /// Hours of usage are forgotten after so long.
    package var retainUsageDays = 400
    /// A sweep that would end more than this share of the live keys (0 to 1) holds, from ten keys on.
    package var largestShare = 0.2

    package init() {}
}
