import KeywardCore
import KeywardProtocol

extension UpdateKey: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.key(params.key, in: params.workspace)
        if case .set(let owner) = params.owner { try ParameterCheck.owner(owner) }
        if case .set(let purpose) = params.purpose { try ParameterCheck.text(purpose, "purpose") }
        if case .set(let scopes) = params.scopes { try ParameterCheck.scopes(scopes) }
        if case .set(let metadata) = params.metadata { try ParameterCheck.metadata(metadata) }
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.UpdateKey {
        var update = KeyUpdate(name: params.name)
        update.owner = params.owner.given.map { $0.map { OwnerRecord($0) } }
        update.purpose = params.purpose.given.map { $0.map(FreeText.normalized) }
        update.scopes = params.scopes.given.map { $0 ?? [] }
        update.metadata = params.metadata.given.map { $0?.text ?? "{}" }
        update.expiresAt = params.expiresAt.given.map { $0.map { Instant($0) } }
        return Operations.UpdateKey(
            call.reference(params.key), workspace: params.workspace, update, isConfirmed: params.confirm ?? false)
    }

    static func answer(_ outcome: UpdatedKey, _ call: CallContext) -> Result {
        Result(key: call.describe(outcome.key), warnings: outcome.advice.map { Warning($0) })
    }
}

extension Change {
    /// `nil` if the member was absent; an inner `nil` if it was `null`.
    fileprivate var given: Value?? {
        switch self {
        case .keep: nil
        case .clear: .some(nil)
        case .set(let value): .some(value)
        }
    }
}

extension RevokeKey: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.key(params.key, in: params.workspace)
        try ParameterCheck.text(params.note, "note", longest: FreeText.longestNote)
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.RevokeKey {
        Operations.RevokeKey(
            call.reference(params.key), workspace: params.workspace, reason: params.reason.rawValue,
            note: params.note.map(FreeText.normalized), isConfirmed: params.confirm ?? false)
    }

    static func answer(_ outcome: EndedKey, _ call: CallContext) -> Result {
        Result(key: call.describe(outcome.key), continues: outcome.continues.map { call.describe($0) })
    }
}

extension DisableKey: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.key(params.key, in: params.workspace)
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.DisableKey {
        Operations.DisableKey(call.reference(params.key), workspace: params.workspace)
    }

    static func answer(_ outcome: EndedKey, _ call: CallContext) -> Result {
        Result(key: call.describe(outcome.key), continues: outcome.continues.map { call.describe($0) })
    }
}

extension EnableKey: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.key(params.key, in: params.workspace)
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.EnableKey {
        Operations.EnableKey(call.reference(params.key), workspace: params.workspace)
    }

    static func answer(_ outcome: KeyView, _ call: CallContext) -> Result { Result(key: call.describe(outcome)) }
}
