/// The whole text of a key. Only the reply that created the key contains it.
///
/// It prints as `<secret>`, also inside other values, in string interpolation, in a debugger and in a mirror, so that a
/// log line cannot leak it by mistake. Only ``reveal()`` returns it.
public struct Secret: Sendable {
    private let text: String

    /// Wraps the text of a key.
    public init(_ text: String) {
        self.text = text
    }

    /// The text of the key. Deliver it to its owner; do not log it.
    public func reveal() -> String {
        text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<secret>`.
    public var description: String { "<secret>" }

    /// Always `<secret>`.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
