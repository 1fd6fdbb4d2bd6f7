/// The value of `WWW-Authenticate` (RFC 6750, section 3).
enum Challenge {
    /// `nil` for a refusal to which other credentials make no difference.
    static func text(_ refusal: Refusal, site: Site) -> String? {
        // The name of a site has no character that a quoted string must escape.
        let realm = "realm=\"\(site.name)\""
        switch refusal {
        case .noKey:
            // Other schemes would make a browser ask for a password.
            return site.places.basic == nil ? "Bearer \(realm)" : "Basic \(realm)"
        case .ambiguousKey: return "Bearer \(realm), error=\"invalid_request\", \(description(refusal))"
        case .invalidKey: return "Bearer \(realm), error=\"invalid_token\", \(description(refusal))"
        case .insufficientScope(let rule):
            let scope = site.rules[rule].scopes.joined(separator: " ")
            return "Bearer \(realm), error=\"insufficient_scope\", \(description(refusal)), scope=\"\(scope)\""
        default: return nil
        }
    }

    private static func description(_ refusal: Refusal) -> String { "error_description=\"\(refusal.detail)\"" }
}
