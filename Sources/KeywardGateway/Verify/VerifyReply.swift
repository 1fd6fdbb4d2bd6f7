package import KeywardBase
package import KeywardProtocol

/// A reply of the daemon to a verification.
package struct VerifyReply: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// The key is valid. Its identity headers were written.
        case valid
        case refused(Verification.Code)
        /// The daemon could not decide.
        case failed(RPCError.Code)
    }

    package var id: Int
    package var outcome: Outcome

    /// Reads a line, and for a valid key writes its identity headers into `identity`, which is empty. `nil` if the line
    /// is not a reply to a verification.
    package init?(
        _ line: Span<UInt8>, tape: inout JSONTape, identity: inout KeywardBase.ByteBuffer, block: IdentityBlock
    ) {
        switch try? tape.read(reply: line) {
        case .result(let id, let result):
            guard tape[result].kind == .object, let valid = tape.member("valid", of: result, in: line),
                let code = tape.member("code", of: result, in: line), tape[code].kind == .string
            else { return nil }
            self.id = id
            switch (tape[valid].kind, tape.equals(code, "valid", in: line)) {
            case (.true, true):
                block.append(result, of: tape, in: line, to: &identity)
                outcome = .valid
            case (.false, false):
                outcome = .refused(Verification.Code(rawValue: tape.string(code, in: line) ?? ""))
            default: return nil
            }
        case .failure(let id?, let error): (self.id, outcome) = (id, .failed(error.code))
        // An error without an id concerns the connection, and nothing here is a notification.
        default: return nil
        }
    }
}
