/// Why a text is not valid JSON: a reason and an offset, never the text, which may contain a secret.
package struct JSONFault: Error, Hashable, Sendable {
    /// What is wrong.
    package var reason: Reason
    /// The position, in bytes from the start of the text.
    package var offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package enum Reason: Sendable {
        /// A byte that is not allowed at this position, for example a byte order mark.
        case unexpectedByte
        /// The text ends inside a value.
        case unexpectedEnd
        /// Something follows the value.
        case trailingBytes
        /// A leading zero, or missing digits.
        case malformedNumber
        /// An unescaped control character in a string.
        case controlCharacter
        /// A `\` without a valid escape.
        case malformedEscape
        /// Half a surrogate pair.
        case loneSurrogate
        /// Bytes that are not UTF-8: overlong, a surrogate, beyond U+10FFFF, or truncated.
        case malformedUTF8
        /// Two members of an object have one name.
        case duplicateName
        /// Valid so far, but deeper than the limit.
        case tooDeep
        /// Valid so far, but an object has more members than the limit.
        case tooManyMembers
        /// Longer than the 4 GiB that a tape's offsets can address.
        case tooLong
    }

    /// The error code: invalid JSON is a `parseError`, an exceeded limit an `invalidRequest`.
    package var code: RPCError.Code {
        switch reason {
        case .tooDeep, .tooManyMembers, .tooLong: .invalidRequest
        default: .parseError
        }
    }

    /// The error for the sender.
    package var error: RPCError {
        RPCError(code, "\(sentence), at byte \(offset) of the line.")
    }

    private var sentence: String {
        switch reason {
        case .unexpectedByte: "This is not JSON: a character that cannot stand here"
        case .unexpectedEnd: "This is not JSON: it ends within a value"
        case .trailingBytes: "This is not JSON: something follows the value (one value a line)"
        case .malformedNumber: "This is not JSON: a malformed number"
        case .controlCharacter: "This is not JSON: a control character that is not escaped"
        case .malformedEscape: "This is not JSON: a malformed escape"
        case .loneSurrogate: "This is not JSON: half a surrogate pair"
        case .malformedUTF8: "This is not JSON: invalid UTF-8"
        case .duplicateName: "An object has two members of one name"
        case .tooDeep: "Objects and arrays may be nested 32 deep and no deeper"
        case .tooManyMembers: "An object may have 256 members and no more"
        case .tooLong: "The line is too long"
        }
    }
}
