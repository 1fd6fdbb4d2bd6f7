/// How a key's replies are written; the server knows, the registry holds what comes of it.
package struct ReplyRenderer: Sendable {
    /// The members of a key in a workspace that do not change from one verification to the next.
    package typealias FixedPart = @Sendable (_ key: KeyRecord, _ workspace: String) -> [UInt8]
    /// Writes an instant as it stands in them; how many bytes.
    package typealias InstantText = @Sendable (Instant, UnsafeMutableRawBufferPointer) -> Int

    let fixedPart: FixedPart
    let instant: InstantText
    let phrases: ReplyPhrases
    /// How many bytes an instant takes at most.
    static let longestInstant = 64

    package init(phrases: ReplyPhrases, fixedPart: @escaping FixedPart, instant: @escaping InstantText) {
        (self.phrases, self.fixedPart, self.instant) = (phrases, fixedPart, instant)
    }
}

/// What replies of verifications say around what they tell of a key; the server knows.
package struct ReplyPhrases: Sendable {
    /// What stands before the request's id.
    package var start: StaticString
    /// What follows the id, by the code's raw value, up to the members of the key.
    package var outcomes: InlineArray<9, StaticString>
    /// The members of a key that is not known.
    package var noKey: StaticString
    /// What follows the members of the key, by the warnings' raw value.
    package var endings: InlineArray<8, StaticString>

    package init(
        start: StaticString, outcomes: InlineArray<9, StaticString>, noKey: StaticString,
        endings: InlineArray<8, StaticString>
    ) {
        (self.start, self.outcomes, self.noKey, self.endings) = (start, outcomes, noKey, endings)
    }
}
