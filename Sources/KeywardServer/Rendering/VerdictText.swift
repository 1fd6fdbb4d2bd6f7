import KeywardBase
package import KeywardCore
import KeywardProtocol

/// A verification's result as JSON text. Members of the key alone were rendered when the key was put into the registry.
package enum VerdictText {
    package static let renderer = ReplyRenderer(
        phrases: ReplyPhrases(
            start: #"{"jsonrpc":"2.0","id":"#, outcomes: InlineArray { outcome(Verdict.Code(rawValue: UInt8($0))!) },
            noKey: noKey, endings: InlineArray { ending(VerdictWarnings(rawValue: UInt8($0))) }),
        fixedPart: { fixedPart(of: $0, workspace: $1) }, instant: { Timestamp($0).write(inQuotes: $1) },
        details: { append(&$0, to: &$1) }, limit: { DetailWriter.start(of: $0) })

    private static let end: StaticString = "}}\n"

    /// Inserts the members for details before the end of a reply.
    private static func append(_ details: inout VerdictDetails, to output: inout ByteBuffer) {
        output.removeLast(end.utf8CodeUnitCount)
        if !details.missing.isEmpty { append(missing: details.missing, to: &output) }
        var most = DetailWriter.mostBytesBeside + details.limitCount * DetailWriter.mostBytesOfLimit
        if !details.unknownLimits.isEmpty {
            for name in details.unknownLimits { most += name.count + DetailWriter.mostBytesOfLimit }
        }
        output.fill(atLeast: most) { buffer in
            var writer = DetailWriter(buffer.baseAddress!)
            writer.writeLimits(of: &details)
            writer.writeCredits(of: &details)
            writer.write(end)
            return writer.end - buffer.baseAddress!
        }
    }

    private static func append(missing scopes: [[UInt8]], to output: inout ByteBuffer) {
        output.append(#","missing":["#)
        for (place, scope) in scopes.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            output.append(jsonString: String(decoding: scope, as: UTF8.self))
        }
        output.append("]")
    }

    /// The result, an object, in a reply to a request with an empty id.
    static func result(ofReply reply: borrowing ByteBuffer) -> JSONText {
        let frame = (start: #"{"jsonrpc":"2.0","id":,"result":"#.utf8.count, end: "}\n".utf8.count)
        return JSONText(
            reply.withUnsafeBytes { String(decoding: $0.dropFirst(frame.start).dropLast(frame.end), as: UTF8.self) })
    }

    /// The members of a key in every verification of it, without braces.
    package static func fixedPart(of key: KeyRecord, workspace: String) -> [UInt8] {
        var output = ByteBuffer(capacity: 512)
        output.append(#""keyId":"#)
        output.append(jsonString: key.id)
        output.append(#","workspace":"#)
        output.append(jsonString: workspace)
        output.append(#","name":"#)
        output.append(jsonString: key.name)
        output.append(#","owner":"#)
        append(key.attributes.owner, to: &output)
        output.append(#","scopes":["#)
        for (place, scope) in key.attributes.scopes.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            output.append(jsonString: scope)
        }
        output.append(#"],"metadata":"#)
        output.append(jsonText: JSONText(key.attributes.metadata))
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
        case .valid: #","result":{"valid":true,"code":"valid","#
        case .malformed: #","result":{"valid":false,"code":"malformed","#
        case .notFound: #","result":{"valid":false,"code":"notFound","#
        case .revoked: #","result":{"valid":false,"code":"revoked","#
        case .superseded: #","result":{"valid":false,"code":"superseded","#
        case .expired: #","result":{"valid":false,"code":"expired","#
        case .disabled: #","result":{"valid":false,"code":"disabled","#
        case .upgradeRequired: #","result":{"valid":false,"code":"upgradeRequired","#
        case .insufficientScope: #","result":{"valid":false,"code":"insufficientScope","#
        case .rateLimited: #","result":{"valid":false,"code":"rateLimited","#
        case .creditsExhausted: #","result":{"valid":false,"code":"creditsExhausted","#
        case .addressRefused: #","result":{"valid":false,"code":"addressRefused","#
        }
    }

    private static let noKey: StaticString =
        #""keyId":null,"workspace":null,"name":null,"owner":null,"scopes":null,"metadata":null,"expiresAt":null"#

    /// The warnings and the end of the reply. Their raw value: retiring is 1, expiring 2, stale 4.
    private static func ending(_ warnings: VerdictWarnings) -> StaticString {
        switch warnings.rawValue {
        case 1:
            #","warnings":[{"code":"retiring","message":"This key is being replaced. Switch to the new key."}]}}\#n"#
        case 2:
            #","warnings":[{"code":"expiring","message":"This key expires soon. See expiresAt."}]}}\#n"#
        case 3:
            #","warnings":[{"code":"retiring","message":"This key is being replaced. Switch to the new key."},{"code":"expiring","message":"This key expires soon. See expiresAt."}]}}\#n"#
        case 4:
            #","warnings":[{"code":"stale","message":"This key had not been used for a long time."}]}}\#n"#
        case 5:
            #","warnings":[{"code":"retiring","message":"This key is being replaced. Switch to the new key."},{"code":"stale","message":"This key had not been used for a long time."}]}}\#n"#
        case 6:
            #","warnings":[{"code":"expiring","message":"This key expires soon. See expiresAt."},{"code":"stale","message":"This key had not been used for a long time."}]}}\#n"#
        case 7:
            #","warnings":[{"code":"retiring","message":"This key is being replaced. Switch to the new key."},{"code":"expiring","message":"This key expires soon. See expiresAt."},{"code":"stale","message":"This key had not been used for a long time."}]}}\#n"#
        default:
            #","warnings":[]}}\#n"#
        }
    }
}
