package import KeywardProtocol

/// Why a request does not pass.
package enum Refusal: Hashable, Sendable {
    case announcedBody
    /// The proxy did not say what its client asks for.
    case missingTarget
    case path(RequestPath.Fault)
    case noRule
    case noKey
    case ambiguousKey
    case invalidKey(Verification.Code)
    /// The key lacks a scope of the rule with this index.
    case insufficientScope(rule: Int)
    /// The key verifies for clients with certain addresses only.
    case addressRefused
    case upgradeRequired
    /// The rule costs more than what remains of a limit.
    case rateLimited
    /// The rule costs more than the key's credits.
    case creditsExhausted
    case unavailable(Unavailability)
    /// The bytes are not HTTP/1.1.
    case malformedRequest
    case headerTooLarge
}

/// Why the daemon's answer about a key is not known.
package enum Unavailability: String, CaseIterable, Sendable {
    /// Nothing listens on its socket: the call was not sent.
    case unreachable
    /// No connection can be made for another reason. The call was not sent.
    case noConnection
    /// It did not answer before the deadline.
    case timeout
    /// The connection ended after the call was sent. The call is not repeated: the daemon may have counted it.
    case lost
    /// It answered with an error.
    case refused
}

extension Refusal {
    /// The status of the answer (RFC 9110).
    package var status: Int {
        switch self {
        case .announcedBody, .missingTarget, .path, .noRule, .insufficientScope, .addressRefused: 403
        case .noKey, .ambiguousKey, .invalidKey: 401
        case .upgradeRequired, .creditsExhausted: 402
        case .rateLimited: 429
        case .unavailable: 503
        case .malformedRequest: 400
        case .headerTooLarge: 431
        }
    }

    /// The word for programs, in the answer and in the metrics.
    package var code: String {
        switch self {
        case .announcedBody: "announcedBody"
        case .missingTarget: "missingTarget"
        case .path: "path"
        case .noRule: "noRule"
        case .noKey: "noKey"
        case .ambiguousKey: "ambiguousKey"
        case .invalidKey(let code): Verification.Code.known.contains(code) ? code.rawValue : "invalid"
        case .insufficientScope: "insufficientScope"
        case .addressRefused: "addressRefused"
        case .upgradeRequired: "upgradeRequired"
        case .rateLimited: "rateLimited"
        case .creditsExhausted: "creditsExhausted"
        case .unavailable: "unavailable"
        case .malformedRequest: "malformedRequest"
        case .headerTooLarge: "headerTooLarge"
        }
    }

    /// A sentence for people.
    package var detail: String {
        switch self {
        case .announcedBody: "The proxy must send no body with an authorization request."
        case .missingTarget: "The proxy must send the method and the path of the request, once each."
        case .path(let fault): "The path \(fault.rawValue)."
        case .noRule: "No rule allows this path with this method."
        case .noKey: "An API key is required."
        case .ambiguousKey: "The request must present exactly one readable API key."
        case .invalidKey(let code): Self.detail(of: code)
        case .insufficientScope: "The API key lacks a scope that this request needs."
        case .addressRefused: "The API key is not valid from this address."
        case .upgradeRequired: "The plan has no API access. Upgrade required."
        case .rateLimited: "The API key has reached a limit."
        case .creditsExhausted: "The API key has too few credits for this request."
        case .unavailable: "API keys cannot be verified now. Try again later."
        case .malformedRequest: "The request is not HTTP/1.1."
        case .headerTooLarge: "The header of the request is too large."
        }
    }

    private static func detail(of code: Verification.Code) -> String {
        switch code {
        case .expired: "The API key has expired."
        case .revoked: "The API key was revoked."
        case .superseded: "The API key was replaced by a new one."
        case .disabled: "The API key is disabled."
        default: "The API key is not valid."
        }
    }
}
