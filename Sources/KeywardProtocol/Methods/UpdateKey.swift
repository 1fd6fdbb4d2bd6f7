/// `keys.update`: changes the name, expiry or attributes of a key: `null` clears a member, an absent one is kept.
package enum UpdateKey: Method {
    package static let name = "keys.update"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Changes members of a key: `null` clears a member, an absent one is kept.",
        params: [
            "key": "A key id, a prefix, or a name in `workspace`.",
            "workspace": "The workspace; `default` if it is not given.",
            "name": "The new name; of both keys of an open rotation.",
            "owner": "The technical owner.",
            "purpose": "What the key is for.",
            "scopes": "What it may be used for.",
            "metadata": "An object of your own, at most 4 KiB.",
            "expiresAt": "The first instant at which the key no longer verifies; `null` is never.",
            "limits":
                "At most 8 limits, for all of them; `null` is those of the plan. Of both keys of an open rotation.",
            "credits": "The balance (`remaining`), what is added to it (`add`), and its `refill`.",
            "budget": "The budget that it draws on.",
            "addresses": "1 to 32 blocks of addresses for whose clients alone it verifies; `null` is for all.",
            "confirm": "Settles the checks of `confirmationRequired`.",
        ],
        errors: [
            .notFound, .upgradeRequired, .limitExceeded, .invalidState, .policyViolation, .conflict,
            .confirmationRequired, .readOnly,
        ]
    )

    package struct Params: Codable, Sendable {
        package var key: String
        package var workspace: String?
        package var name: String?
        package var owner: Change<Owner>
        package var purpose: Change<String>
        package var scopes: Change<[String]>
        package var metadata: Change<JSONText>
        package var expiresAt: Change<Timestamp>
        package var limits: Change<[LimitTerms]>
        package var credits: Change<CreditTerms>
        package var budget: Change<String>
        package var addresses: Change<[String]>
        package var confirm: Bool?

        package init(
            key: String, workspace: String? = nil, name: String? = nil, owner: Change<Owner> = .keep,
            purpose: Change<String> = .keep, scopes: Change<[String]> = .keep, metadata: Change<JSONText> = .keep,
            expiresAt: Change<Timestamp> = .keep, limits: Change<[LimitTerms]> = .keep,
            credits: Change<CreditTerms> = .keep, budget: Change<String> = .keep, addresses: Change<[String]> = .keep,
            confirm: Bool? = nil
        ) {
            self.key = key
            self.workspace = workspace
            self.name = name
            self.owner = owner
            self.purpose = purpose
            self.scopes = scopes
            self.metadata = metadata
            self.expiresAt = expiresAt
            self.limits = limits
            self.credits = credits
            self.budget = budget
            self.addresses = addresses
            self.confirm = confirm
        }
    }

    package struct Result: Codable, Sendable {
        package var key: Key
        package var warnings: [Warning]

        package init(key: Key, warnings: [Warning]) {
            self.key = key
            self.warnings = warnings
        }
    }
}
