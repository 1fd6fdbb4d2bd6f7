/// A JSON value, byte for byte as written.
///
/// The coders of this module copy its text without parsing it.
public struct JSONText: Codable, Hashable, Sendable {
    /// Valid JSON (RFC 8259) on one line.
    public var text: String

    /// Wraps `text`, which must be valid JSON without a line feed.
    public init(_ text: String) {
        self.text = text
    }

    /// The empty object, `{}`.
    public static let emptyObject = JSONText("{}")
}
