import KeywardCore
import KeywardProtocol

extension CreateKey: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.workspace(params.workspace)
        try Shape.owner(params.owner)
        try Shape.text(params.purpose, "purpose")
        try Shape.scopes(params.scopes)
        try Shape.metadata(params.metadata)
        try Shape.text(params.requestId, "requestId")
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let new = NewKey(
            name: params.name, workspace: params.workspace, expiresAt: params.expiresAt.map { Instant($0) },
            owner: params.owner.map { OwnerRecord($0) }, purpose: params.purpose.map(FreeText.normalized),
            scopes: params.scopes ?? [],
            metadata: params.metadata?.text ?? "{}", requestID: params.requestId.map(FreeText.normalized))
        let made = try call.authority.createKey(new, by: call.caller, at: call.now, using: &call.generator)
        return Result(
            key: call.describe(made.key), secret: made.secret.text, warnings: made.advice.map { Warning($0) })
    }
}

extension RotateKey: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.key(params.key, in: params.workspace)
        try Shape.number(params.graceSeconds, "graceSeconds", in: 0...longestGrace)
        try Shape.text(params.requestId, "requestId")
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let request = RotationRequest(
            grace: .seconds(params.graceSeconds ?? defaultGrace),
            startsNow: params.graceStarts == .now, expiresAt: params.expiresAt.asked,
            requestID: params.requestId.map(FreeText.normalized), isConfirmed: params.confirm ?? false)
        let made = try call.authority.rotateKey(
            call.reference(params.key), workspace: params.workspace, request, by: call.caller, at: call.now,
            using: &call.generator)
        guard let retiring = made.retiring else {
            throw .failed("The rotation has no predecessor.", cause: "no predecessor")
        }
        return Result(
            key: call.describe(made.key), secret: made.secret.text, retiring: call.describe(retiring),
            warnings: made.advice.map { Warning($0) })
    }
}

extension ConfirmRotation: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.key(params.key, in: params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let view = try call.authority.confirmRotation(
            call.reference(params.key), workspace: params.workspace, isConfirmed: params.confirm ?? false,
            by: call.caller, at: call.now)
        return Result(key: call.describe(view))
    }
}

extension CancelRotation: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.key(params.key, in: params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let view = try call.authority.cancelRotation(
            call.reference(params.key), workspace: params.workspace, by: call.caller, at: call.now)
        return Result(key: call.describe(view))
    }
}

extension Change<Timestamp> {
    /// `nil` if nothing was asked for, an inner `nil` for never.
    fileprivate var asked: Instant?? {
        switch self {
        case .keep: nil
        case .clear: .some(nil)
        case .set(let end): .some(Instant(end))
        }
    }
}
