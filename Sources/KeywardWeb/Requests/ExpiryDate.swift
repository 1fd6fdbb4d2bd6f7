internal import KeywardBase
internal import KeywardClient
internal import KeywardDisplay

/// The date in a form. A day includes all of it, in the local time zone.
enum ExpiryDate {
    /// The first instant after the day; `nil` for an empty text.
    ///
    /// - Throws: a refusal in the daemon's form, for a text that is no date.
    static func end(of text: String) throws(KeywardError) -> Timestamp? {
        if text.isEmpty { return nil }
        // The protocol's parser knows which dates exist.
        guard text.utf8.count == 10, let midnight = Timestamp(text + "T00:00:00Z") else { throw unusable }
        let day = CivilDate(daysSinceEpoch: Int(midnight.milliseconds / 86_400_000) + 1)
        guard let end = LocalTime.start(of: day) else { throw unusable }
        return end
    }

    private static var unusable: KeywardError {
        .rejected(
            RPCError(
                .invalidParams, "`expiresAt` must be a date, such as 2026-12-31.",
                data: RPCError.Facts(param: "expiresAt")))
    }
}

/// The shape of a whole key, to keep one that was entered by mistake out of a page.
enum SecretShape {
    /// Whether a text may contain a whole key: `TAG_ID_SECRET`, with 8 and 36 letters and digits after the tag.
    static func isContained(in text: String) -> Bool {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        return zip(parts.dropFirst(), parts.dropFirst(2)).contains { id, secret in
            id.utf8.count == 8 && secret.utf8.count >= 36
        }
    }
}
