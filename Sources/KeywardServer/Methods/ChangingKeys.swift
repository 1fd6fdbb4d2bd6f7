import KeywardCore
import KeywardProtocol

extension UpdateKey: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.key(params.key, in: params.workspace)
        if case .set(let owner) = params.owner { try Shape.owner(owner) }
        if case .set(let purpose) = params.purpose { try Shape.text(purpose, "purpose") }
        if case .set(let scopes) = params.scopes { try Shape.scopes(scopes) }
        if case .set(let metadata) = params.metadata { try Shape.metadata(metadata) }
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        var update = KeyUpdate(name: params.name)
        update.owner = params.owner.given.map { $0.map { OwnerRecord($0) } }
        update.purpose = params.purpose.given.map { $0.map(FreeText.normalized) }
        update.scopes = params.scopes.given.map { $0 ?? [] }
        update.metadata = params.metadata.given.map { $0?.text ?? "{}" }
        update.expiresAt = params.expiresAt.given.map { $0.map { Instant($0) } }
        let (view, advice) = try call.authority.updateKey(
            call.reference(params.key), workspace: params.workspace, update, isConfirmed: params.confirm ?? false,
            by: call.caller, at: call.now)
        return Result(key: call.describe(view), warnings: advice.map { Warning($0) })
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

extension RevokeKey: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.key(params.key, in: params.workspace)
        try Shape.text(params.note, "note", longest: FreeText.longestNote)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let ended = try call.authority.revokeKey(
            call.reference(params.key), workspace: params.workspace, reason: params.reason.rawValue,
            note: params.note.map(FreeText.normalized), isConfirmed: params.confirm ?? false, by: call.caller,
            at: call.now)
        return Result(key: call.describe(ended.key), continues: ended.continues.map { call.describe($0) })
    }
}

extension DisableKey: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.key(params.key, in: params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let stopped = try call.authority.disableKey(
            call.reference(params.key), workspace: params.workspace, by: call.caller, at: call.now)
        return Result(key: call.describe(stopped.key), continues: stopped.continues.map { call.describe($0) })
    }
}

extension EnableKey: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.key(params.key, in: params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let view = try call.authority.enableKey(
            call.reference(params.key), workspace: params.workspace, by: call.caller, at: call.now)
        return Result(key: call.describe(view))
    }
}
