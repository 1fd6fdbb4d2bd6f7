/// How a caller names a key: by its id, by its prefix, or by its name in a workspace.
package enum KeyReference: Hashable, Sendable {
    case id(String)
    case prefix(String)
    case name(String)

    /// Reads a reference; `nil` if it holds a whole key, which belongs nowhere but in a verification.
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
