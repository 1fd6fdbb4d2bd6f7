/// A caller's reference to a key: its id, its prefix, or its name in a workspace.
package enum KeyReference: Hashable, Sendable {
    case id(String)
    case prefix(String)
    case name(String)

    /// Parses a reference; `nil` if it contains a whole key, which is allowed only in a verification.
    package init?(_ text: String) {
        if KeyFormat.occurs(in: Array(text.utf8)) { return nil }
        if ULID.isKeyID(text) {
            self = .id(text)
        } else if KeyFormat.isPrefix(text) {
            self = .prefix(text)
        } else {
            self = .name(text)
        }
    }
}
