import KeywardCore
import KeywardProtocol

extension UpdateKey: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.key(params.key, in: params.workspace)
        try KeyAttributeChanges.check(params)
        try AllowanceChanges.check(params)
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.UpdateKey {
        let update = KeyUpdate(
            name: params.name, attributes: KeyAttributeChanges(params), allowance: AllowanceChanges(params),
            expiresAt: params.expiresAt.given.map { $0.map { Instant($0) } })
        return Operations.UpdateKey(
            call.reference(params.key), workspace: params.workspace, update, isConfirmed: params.confirm ?? false)
    }

    static func answer(_ outcome: UpdatedKey, _ call: CallContext) -> Result {
        Result(key: call.describe(outcome.key), warnings: outcome.advice.map { Warning($0) })
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
