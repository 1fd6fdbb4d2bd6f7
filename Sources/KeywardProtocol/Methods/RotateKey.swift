/// `keys.rotate`: creates a key's successor; the key keeps working during a grace period.
package enum RotateKey: Method {
    package static let name = "keys.rotate"
    /// The longest grace period in seconds: 30 days.
    package static let longestGrace = 2_592_000
    /// The default grace period in seconds.
    package static let defaultGrace = 86_400
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Creates a key's successor; the key keeps working during a grace period.",
        params: [
            "key": "A key id, a prefix, or a name in `workspace`.",
            "workspace": "The workspace; `default` if it is not given.",
            "graceSeconds":
                "How long the predecessor keeps working, 0 to \(longestGrace); \(defaultGrace) if it is not given.",
            "graceStarts": "`firstUse` of the successor (the default), or `now`.",
            "expiresAt":
                "When the successor expires; `null` is never. If absent, it gets the lifetime last granted to its predecessor.",
            "requestId": "Makes a repeated call a `conflict` instead of a second rotation.",
            "confirm": "Confirms the checks of `confirmationRequired`.",
        ],
        errors: [
            .notFound, .upgradeRequired, .limitExceeded, .invalidState, .policyViolation, .conflict,
            .confirmationRequired, .readOnly,
        ]
    )

    package struct Params: Codable, Sendable {
        package var key: String
        package var workspace: String?
        package var graceSeconds: Int?
        package var graceStarts: GraceStart?
        package var expiresAt: Change<Timestamp>
        package var requestId: String?
        package var confirm: Bool?

        package init(
            key: String, workspace: String? = nil, graceSeconds: Int? = nil, graceStarts: GraceStart? = nil,
            expiresAt: Change<Timestamp> = .keep, requestId: String? = nil, confirm: Bool? = nil
        ) {
            self.key = key
            self.workspace = workspace
            self.graceSeconds = graceSeconds
            self.graceStarts = graceStarts
            self.expiresAt = expiresAt
            self.requestId = requestId
            self.confirm = confirm
        }
    }

    package struct Result: Codable, Sendable {
        package var key: Key
        package var secret: String
        package var retiring: Key
        package var warnings: [Warning]

        package init(key: Key, secret: String, retiring: Key, warnings: [Warning]) {
            self.key = key
            self.secret = secret
            self.retiring = retiring
            self.warnings = warnings
        }
    }

    /// What starts the grace period.
    package struct GraceStart: Word {
        package var rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let firstUse = GraceStart(rawValue: "firstUse")
        package static let now = GraceStart(rawValue: "now")
        package static let known: [GraceStart] = [.firstUse, .now]
    }
}
