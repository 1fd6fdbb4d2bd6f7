package import KeywardCore
import KeywardProtocol

/// A verification's result as JSON text. What belongs to the key alone was rendered when the key was put into the ring.
package enum VerdictText {
    /// Appends the result of a verification, an object with the members of ``Verification``.
    static func append(_ verdict: Verdict, _ state: inout RingState, into output: inout ByteBuffer) {
        output.append(outcome(verdict.code))
        if let index = verdict.index, let text = state.table[index].text {
            let workspace = state.workspaceName(at: index)
            output.fill(atLeast: text.replySize(workspace)) { room in
                text.writeReply(workspace, to: room.baseAddress!)
            }
        } else {
            output.append(
                #""keyId":null,"workspace":null,"name":null,"owner":null,"scopes":null,"metadata":null,"expiresAt":null"#
            )
        }
        output.append(warnings(verdict.warnings))
    }

    /// The members of a key that every verification of it tells, without braces.
    package static func fixedPart(of key: KeyRecord, workspace: String) -> [UInt8] {
        let part = FixedPart(
            keyId: key.id, workspace: workspace, name: key.name, owner: key.owner.map(Owner.init), scopes: key.scopes,
            metadata: JSONText(key.metadata), expiresAt: key.expiresAt.map(Timestamp.init))
        // Text, lists of text and a JSON object that was read before can always be written.
        guard let bytes = try? JSONCoding.bytes(of: part) else { preconditionFailure("a key that cannot be written") }
        return Array(bytes.dropFirst().dropLast())
    }

    private struct FixedPart: Encodable {
        var keyId: String
        var workspace: String
        var name: String
        var owner: Owner?
        var scopes: [String]
        var metadata: JSONText
        var expiresAt: Timestamp?
    }

    private static func outcome(_ code: Verdict.Code) -> StaticString {
        switch code {
        case .valid: #"{"valid":true,"code":"valid","#
        case .malformed: #"{"valid":false,"code":"malformed","#
        case .notFound: #"{"valid":false,"code":"notFound","#
        case .revoked: #"{"valid":false,"code":"revoked","#
        case .superseded: #"{"valid":false,"code":"superseded","#
        case .expired: #"{"valid":false,"code":"expired","#
        case .disabled: #"{"valid":false,"code":"disabled","#
        case .upgradeRequired: #"{"valid":false,"code":"upgradeRequired","#
        case .insufficientScope: #"{"valid":false,"code":"insufficientScope","#
        }
    }

    /// The raw value of the warnings: retiring is 1, expiring 2, stale 4.
    private static func warnings(_ warnings: VerdictWarnings) -> StaticString {
        switch warnings.rawValue {
        case 1:
            #","warnings":[{"code":"retiring","message":"This key is being replaced; take its successor into use."}]}"#
        case 2:
            #","warnings":[{"code":"expiring","message":"This key expires soon; see expiresAt."}]}"#
        case 3:
            #","warnings":[{"code":"retiring","message":"This key is being replaced; take its successor into use."},{"code":"expiring","message":"This key expires soon; see expiresAt."}]}"#
        case 4:
            #","warnings":[{"code":"stale","message":"This key had not been used for a long time."}]}"#
        case 5:
            #","warnings":[{"code":"retiring","message":"This key is being replaced; take its successor into use."},{"code":"stale","message":"This key had not been used for a long time."}]}"#
        case 6:
            #","warnings":[{"code":"expiring","message":"This key expires soon; see expiresAt."},{"code":"stale","message":"This key had not been used for a long time."}]}"#
        case 7:
            #","warnings":[{"code":"retiring","message":"This key is being replaced; take its successor into use."},{"code":"expiring","message":"This key expires soon; see expiresAt."},{"code":"stale","message":"This key had not been used for a long time."}]}"#
        default:
            #","warnings":[]}"#
        }
    }
}
