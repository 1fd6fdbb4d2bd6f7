/// A fact of a verified key that a service gets in a header. Every answer that lets a request pass has all of them.
///
/// A proxy copies the headers of the answer over those of its client. An absent one would leave a forged one in place.
package enum IdentityHeader: String, CaseIterable, Sendable {
    case keyId, name, workspace, owner, scopes, expiresAt, warnings

    /// The name of the header field.
    package var field: StaticString {
        switch self {
        case .keyId: "X-Keyward-Key-Id"
        case .name: "X-Keyward-Name"
        case .workspace: "X-Keyward-Workspace"
        case .owner: "X-Keyward-Owner"
        case .scopes: "X-Keyward-Scopes"
        case .expiresAt: "X-Keyward-Expires-At"
        case .warnings: "X-Keyward-Warnings"
        }
    }

    /// The member of a verification's result.
    package var member: StaticString {
        switch self {
        case .keyId: "keyId"
        case .name: "name"
        case .workspace: "workspace"
        case .owner: "owner"
        case .scopes: "scopes"
        case .expiresAt: "expiresAt"
        case .warnings: "warnings"
        }
    }
}
