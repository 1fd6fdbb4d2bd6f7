package import KeywardBase

/// The functions that write a key's replies. The server provides them; the registry stores their output.
package struct ReplyRenderer: Sendable {
    /// The members of a key in a workspace that are the same in every verification.
    package typealias FixedPart = @Sendable (_ key: KeyRecord, _ workspace: String) -> [UInt8]
    /// Writes an instant in the format of replies; the number of bytes.
    package typealias InstantText = @Sendable (Instant, UnsafeMutableRawBufferPointer) -> Int
    /// Inserts the members for details into the reply at the end of the output.
    package typealias Details = @Sendable (inout VerdictDetails, inout ByteBuffer) -> Void

    let fixedPart: FixedPart
    let instant: InstantText
    let details: Details
    /// The start of a limit's text in a reply, up to what remains of it.
    let limit: @Sendable (RateLimit) -> [UInt8]
    let phrases: ReplyPhrases
    /// The largest number of bytes of an instant.
    static let longestInstant = 64

    package init(
        phrases: ReplyPhrases, fixedPart: @escaping FixedPart, instant: @escaping InstantText,
        details: @escaping Details, limit: @escaping @Sendable (RateLimit) -> [UInt8]
    ) {
        (self.phrases, self.fixedPart, self.instant, self.details) = (phrases, fixedPart, instant, details)
        self.limit = limit
    }
}

/// The parts of verification replies around the members of a key. The server provides them.
package struct ReplyPhrases: Sendable {
    /// The part before the request's id.
    package var start: StaticString
    /// The part between the id and the members of the key, by the code's raw value.
    package var outcomes: InlineArray<12, StaticString>
    /// The members for an unknown key.
    package var noKey: StaticString
    /// The part after the members of the key, by the warnings' raw value.
    package var endings: InlineArray<8, StaticString>

    package init(
        start: StaticString, outcomes: InlineArray<12, StaticString>, noKey: StaticString,
        endings: InlineArray<8, StaticString>
    ) {
        (self.start, self.outcomes, self.noKey, self.endings) = (start, outcomes, noKey, endings)
    }
}
