internal import ArgumentParser
internal import KeywardClient
internal import KeywardProtocol

/// The fields of a key that create sets and update can change.
struct KeyOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("e"), .long],
        help: ArgumentHelp("\(TimeArgument.forms), or never.", valueName: "when"), transform: TimeArgument.expiry)
    var expires: TimeArgument?

    @OptionGroup var owner: OwnerOptions

    @Option(help: ArgumentHelp("What the key is for.", valueName: "text"))
    var purpose: String?

    @Option(help: "What the key may be used for; repeatable. A trailing * matches any suffix.")
    var scope: [String] = []

    @Option(help: ArgumentHelp("A JSON object of your own.", valueName: "json"), transform: JSONText.option)
    var metadata: JSONText?

    @Option(
        help: ArgumentHelp(
            "A block of addresses, such as 10.0.0.0/8, for whose clients alone the key verifies; repeatable.",
            valueName: "block"))
    var address: [String] = []

    @OptionGroup var allowance: AllowanceOptions

    @Option(
        help: ArgumentHelp("The budget that the key draws on, with others.", valueName: "name"),
        completion: .budgetNames)
    var budget: String?

    /// `nil` when no scope was given.
    private var scopes: [String]? { scope.isEmpty ? nil : scope }
    /// `nil` when no block was given.
    private var addresses: [String]? { address.isEmpty ? nil : address }

    /// Whether any of them was given.
    var areGiven: Bool { Clearable.allCases.contains { given($0) != nil } }

    /// A member that can be cleared.
    enum Clearable: String, CaseIterable, ExpressibleByArgument {
        case owner, purpose, scopes, metadata, addresses, limits, credits, refill, budget, expires

        /// All but the expiry, in words.
        static let attributes = allCases.filter { $0 != .expires }.map(\.rawValue).joined(separator: ", ")
    }

    /// The option that sets what `member` would clear, if it was given.
    func given(_ member: Clearable) -> String? {
        switch member {
        case .owner: owner.given
        case .purpose: purpose.map { _ in "--purpose" }
        case .scopes: scopes.map { _ in "--scope" }
        case .metadata: metadata.map { _ in "--metadata" }
        case .limits: allowance.limits.map { _ in "--limit" }
        case .credits: allowance.credits.map { _ in "--credits" }
        case .refill: allowance.refill.map { _ in "--refill" }
        case .budget: budget.map { _ in "--budget" }
        case .addresses: addresses.map { _ in "--address" }
        case .expires: expires.map { _ in "--expires" }
        }
    }

    /// Puts them into the parameters of a new key.
    func apply(to params: inout CreateKey.Params, _ now: Timestamp) throws {
        params.expiresAt = try expires?.end(now: now)
        params.owner = owner.applied()
        params.purpose = purpose
        params.scopes = scopes
        params.metadata = metadata
        params.limits = allowance.limits
        params.credits = allowance.creditTerms
        params.budget = budget
        params.addresses = addresses
    }

    /// Puts them, and what is to be cleared, into those of an update.
    ///
    /// - Parameter current: The owner that the key has. An owner is replaced as a whole, so a new contact alone must
    ///   keep the name.
    func apply(
        to params: inout UpdateKey.Params, clearing cleared: [Clearable], owner current: Owner?, _ now: Timestamp
    ) throws {
        func change<Value>(_ member: Clearable, _ value: Value?) -> Change<Value> {
            if cleared.contains(member) { return .clear }
            return value.map { .set($0) } ?? .keep
        }
        params.owner = change(.owner, owner.applied(to: current))
        params.purpose = change(.purpose, purpose)
        params.scopes = change(.scopes, scopes)
        params.metadata = change(.metadata, metadata)
        params.limits = change(.limits, allowance.limits)
        params.credits = allowance.creditChange(
            clearing: cleared.contains(.credits), refill: cleared.contains(.refill))
        params.budget = change(.budget, budget)
        params.addresses = change(.addresses, addresses)
        params.expiresAt = change(.expires, nil)
        if let expires { params.expiresAt = try expires.end(now: now).map { .set($0) } ?? .clear }
    }
}

/// The technical owner of a key.
struct OwnerOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("The technical owner: a person or a team.", valueName: "name"))
    var owner: String?

    @Option(help: ArgumentHelp("How to reach the owner.", valueName: "contact"))
    var ownerContact: String?

    @Option(
        help: ArgumentHelp(
            "The account that may confirm rotations: user:NAME, group:NAME, uid:N or gid:N.", valueName: "principal"),
        completion: .principals)
    var ownerPrincipal: String?

    /// `nil` when no owner option was given.
    func applied(to current: Owner? = nil) -> Owner? {
        guard isGiven else { return nil }
        return Owner(
            name: owner ?? current?.name, contact: ownerContact ?? current?.contact,
            principal: ownerPrincipal ?? current?.principal)
    }

    /// The first option that was given.
    var given: String? {
        owner != nil
            ? "--owner" : ownerContact != nil ? "--owner-contact" : ownerPrincipal != nil ? "--owner-principal" : nil
    }

    private var isGiven: Bool { given != nil }

    /// Whether the missing options must be looked up, to keep their values.
    var isPartial: Bool { isGiven && (owner == nil || ownerContact == nil || ownerPrincipal == nil) }
}

extension JSONText {
    /// Parses an option's value. It is inserted into the request unchanged, so it must be one complete JSON object.
    static func option(_ text: String) throws -> JSONText {
        guard text.utf8.first == UInt8(ascii: "{"), !text.contains("\n"), let json = try? JSONText(checking: text)
        else { throw ValidationError("Use a JSON object on one line, such as {\"team\":\"billing\"}.") }
        return json
    }
}
