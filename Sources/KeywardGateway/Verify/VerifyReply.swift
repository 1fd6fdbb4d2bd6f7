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

    /// Reads a line, and writes the header fields of its answer into `fields`, which is empty: for a valid key who it is,
    /// and what remains of its limits. `nil` if the line is not a reply to a verification.
    ///
    /// - Parameter now: The wall clock. Only a reply with limits needs it.
    package init?(
        _ line: Span<UInt8>, tape: inout JSONTape, fields: inout KeywardBase.ByteBuffer, block: IdentityBlock,
        now: () -> Timestamp
    ) {
        switch try? tape.read(reply: line) {
        case .result(let id, let result):
            guard tape[result].kind == .object, let valid = tape.member("valid", of: result, in: line),
                let code = tape.member("code", of: result, in: line), tape[code].kind == .string
            else { return nil }
            self.id = id
            switch (tape[valid].kind, tape.equals(code, "valid", in: line)) {
            case (.true, true):
                block.append(result, of: tape, in: line, to: &fields)
                AllowanceFields.appendLimits(result, of: tape, in: line, now: now, to: &fields)
                outcome = .valid
            case (.false, false):
                let code = Verification.Code(rawValue: tape.string(code, in: line) ?? "")
                if code == .rateLimited {
                    AllowanceFields.appendRetryAfter(result, of: tape, in: line, to: &fields)
                    AllowanceFields.appendLimits(result, of: tape, in: line, now: now, to: &fields)
                }
                outcome = .refused(code)
            default: return nil
            }
        case .failure(let id?, let error): (self.id, outcome) = (id, .failed(error.code))
        // An error without an id concerns the connection, and nothing here is a notification.
        default: return nil
        }
    }
}
