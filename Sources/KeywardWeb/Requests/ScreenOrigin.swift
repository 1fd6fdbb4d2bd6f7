/// The only origin under which the screen is served (RFC 6454).
package struct ScreenOrigin: Hashable, Sendable {
    /// The scheme: `http` on this machine, `https` behind a proxy.
    package var scheme: String
    /// The host, with the port unless it is the scheme's own: the exact value of the Host field.
    package var authority: String

    package init(scheme: String, authority: String) {
        self.scheme = scheme
        self.authority = authority
    }

    /// As in the Origin field.
    package var text: String { "\(scheme)://\(authority)" }
}
