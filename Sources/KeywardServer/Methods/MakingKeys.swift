import KeywardCore
import KeywardProtocol

extension CreateKey: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
        try KeyAttributes.check(params)
        try AllowanceChanges.check(params)
        try ParameterCheck.text(params.requestId, "requestId")
        if params.canary == true { try checkCanary(params) }
    }

    /// A canary never verifies, so it has nothing that limits a verification.
    private static func checkCanary(_ params: Params) throws(ParamsFault) {
        let given: [(String, Bool)] = [
            ("expiresAt", params.expiresAt != nil), ("scopes", params.scopes != nil),
            ("limits", params.limits != nil), ("credits", params.credits != nil), ("budget", params.budget != nil),
            ("addresses", params.addresses != nil),
        ]
        guard let member = given.first(where: \.1)?.0 else { return }
        throw ParamsFault(param: member, "A canary never verifies, so it has no `\(member)`.")
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.CreateKey {
        Operations.CreateKey(
            name: params.name, workspace: params.workspace, expiresAt: params.expiresAt.map { Instant($0) },
            attributes: KeyAttributes(params), allowance: AllowanceChanges(params), isCanary: params.canary ?? false,
            requestID: params.requestId.map(FreeText.normalized), using: call.generator)
    }

    static func answer(_ outcome: CreatedKey, _ call: CallContext) -> Result {
        Result(
            key: call.describe(outcome.key), secret: outcome.secret.text,
            warnings: outcome.advice.map { Warning($0) })
    }
}

extension RotateKey: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.key(params.key, in: params.workspace)
        try ParameterCheck.number(params.graceSeconds, "graceSeconds", in: 0...longestGrace)
        try ParameterCheck.text(params.requestId, "requestId")
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.RotateKey {
        let request = RotationRequest(
            grace: .seconds(params.graceSeconds ?? defaultGrace),
            startsNow: params.graceStarts == .now, expiresAt: params.expiresAt.given.map { $0.map { Instant($0) } },
            requestID: params.requestId.map(FreeText.normalized), isConfirmed: params.confirm ?? false)
        return Operations.RotateKey(
            call.reference(params.key), workspace: params.workspace, request, using: call.generator)
    }

    static func answer(_ outcome: RotatedKey, _ call: CallContext) -> Result {
        Result(
            key: call.describe(outcome.key), secret: outcome.secret.text, retiring: call.describe(outcome.retiring),
            warnings: outcome.advice.map { Warning($0) })
    }
}

extension ConfirmRotation: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.key(params.key, in: params.workspace)
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.ConfirmRotation {
        Operations.ConfirmRotation(
            call.reference(params.key), workspace: params.workspace, isConfirmed: params.confirm ?? false)
    }

    static func answer(_ outcome: KeyView, _ call: CallContext) -> Result { Result(key: call.describe(outcome)) }
}

extension CancelRotation: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.key(params.key, in: params.workspace)
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.CancelRotation {
        Operations.CancelRotation(call.reference(params.key), workspace: params.workspace)
    }

    static func answer(_ outcome: KeyView, _ call: CallContext) -> Result { Result(key: call.describe(outcome)) }
}
