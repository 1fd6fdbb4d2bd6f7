import KeywardCore

// The texts for people about the rules for names, texts and plans. They never repeat a given value.

extension Refusal.PolicyRule {
    var message: String {
        switch self {
        case .expiryIsPast: "The expiry is in the past. Choose a future date."
        case .expiryRequired: "The plan requires an expiry. Set expiresAt."
        case .lifetimeTooLong(let days): "The plan allows a lifetime of at most \(days) days."
        case .purposeRequired: "The plan requires a purpose. Say what the key is for."
        case .keyName(let fault): fault.sentence
        case .personalName(let trait):
            "The name seems to hold \(trait.phrase). Use a name with purpose and environment only."
        case .dynamicUser:
            "Numbers 61184 to 65519 are for systemd's dynamic users, which change. Create an account or a group for "
                + "the service."
        case .drawsOnBudget(let name):
            "This key draws on the budget '\(name)', so it has no limits and credits of its own. Change the budget, or "
                + "take the key out of it first (keyward update KEY --clear budget)."
        case .tooManyCredits: "A balance can have at most 1,000,000,000,000,000 credits."
        case .creditsAbovePlan(let most): "The plan allows at most \(most) credits."
        case .limits(.required): "The plan requires an automatic limit."
        case .limits(.above(let cap)):
            "The plan requires an automatic limit of at most \(cap.limit) in \(cap.window.milliseconds / 1_000) seconds."
        case .nobody: "The uid of 'nobody' cannot be granted a role."
        }
    }
}

extension KeyName.Fault {
    var sentence: String {
        switch self {
        case .isNoSlug:
            "A key's name has 1 to 64 characters: a-z, 0-9, '.', '_' and '-'. The first and the last are letters or "
                + "digits. Example: prod-main-app."
        case .looksLikeReference: "A key's name must not look like a key id or a prefix. Use hyphens."
        case .looksSecret:
            "The name looks like a secret. Use a name with purpose and environment, for example prod-main-app."
        }
    }
}

extension KeyName.Trait {
    /// The apparent content of the name.
    var phrase: String {
        switch self {
        case .person: "the name of a person with an account on this host"
        case .paymentCard: "a number that may be a payment card's"
        case .telephone: "a number that may be a telephone's"
        }
    }
}

extension TextFault {
    /// The end of a sentence whose subject is the parameter.
    var phrase: String {
        switch self {
        case .isEmpty: "must not be empty"
        case .isTooLong(let longest): "must have at most \(longest) characters"
        case .hasControlCharacters:
            "must not contain control characters or characters that turn the reading direction"
        case .hasCharactersWithoutWidth: "must not contain characters without width"
        case .hasOuterWhiteSpace: "must not begin or end with white space"
        }
    }
}
