import KeywardBase
package import KeywardCore
import KeywardProtocol

/// A verification's result as JSON text. What belongs to the key alone was rendered when the key was put into the registry.
package enum VerdictText {
    /// Appends the result of a verification, an object with the members of ``Verification``.
    static func append(_ verdict: Verdict, _ state: inout RegistryState, into output: inout ByteBuffer) {
        output.append(outcome(verdict.code))
        if let index = verdict.index, let text = state.table[index].text {
            let workspace = state.workspaceName(at: index)
            output.fill(atLeast: text.replySize(workspace)) { buffer in
                text.writeReply(workspace, to: buffer.baseAddress!)
            }
        } else {
            output.append(
                #""keyId":null,"workspace":null,"name":null,"owner":null,"scopes":null,"metadata":null,"expiresAt":null"#
            )
        }
        output.append(warnings(verdict.warnings))
    }

    package static let renderer = ReplyRenderer {
        fixedPart(of: $0, workspace: $1)
    } instant: {
        Timestamp($0).write(inQuotes: $1)
    }

    /// The members of a key that every verification of it tells, without braces.
    package static func fixedPart(of key: KeyRecord, workspace: String) -> [UInt8] {
        var output = ByteBuffer(capacity: 512)
        output.append(#""keyId":"#)
        output.append(jsonString: key.id)
        output.append(#","workspace":"#)
        output.append(jsonString: workspace)
        output.append(#","name":"#)
        output.append(jsonString: key.name)
        output.append(#","owner":"#)
        append(key.owner, to: &output)
        output.append(#","scopes":["#)
        for (place, scope) in key.scopes.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            output.append(jsonString: scope)
        }
        output.append(#"],"metadata":"#)
        output.append(jsonText: JSONText(key.metadata))
        output.append(#","expiresAt":"#)
        append(key.expiresAt.map { Timestamp($0).description }, to: &output)
        return output.withUnsafeBytes { Array($0) }
    }

    private static func append(_ owner: OwnerRecord?, to output: inout ByteBuffer) {
        guard let owner else { return output.append("null") }
        output.append(#"{"name":"#)
        append(owner.name, to: &output)
        output.append(#","contact":"#)
        append(owner.contact, to: &output)
        output.append(#","principal":"#)
        append(owner.principal, to: &output)
        output.append("}")
    }

    private static func append(_ text: String?, to output: inout ByteBuffer) {
        if let text { output.append(jsonString: text) } else { output.append("null") }
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
            #","warnings":[{"code":"retiring","message":"This key is being replaced. Switch to the new key."}]}"#
        case 2:
            #","warnings":[{"code":"expiring","message":"This key expires soon. See expiresAt."}]}"#
        case 3:
            #","warnings":[{"code":"retiring","message":"This key is being replaced. Switch to the new key."},{"code":"expiring","message":"This key expires soon. See expiresAt."}]}"#
        case 4:
            #","warnings":[{"code":"stale","message":"This key had not been used for a long time."}]}"#
        case 5:
            #","warnings":[{"code":"retiring","message":"This key is being replaced. Switch to the new key."},{"code":"stale","message":"This key had not been used for a long time."}]}"#
        case 6:
            #","warnings":[{"code":"expiring","message":"This key expires soon. See expiresAt."},{"code":"stale","message":"This key had not been used for a long time."}]}"#
        case 7:
            #","warnings":[{"code":"retiring","message":"This key is being replaced. Switch to the new key."},{"code":"expiring","message":"This key expires soon. See expiresAt."},{"code":"stale","message":"This key had not been used for a long time."}]}"#
        default:
            #","warnings":[]}"#
        }
    }
}
