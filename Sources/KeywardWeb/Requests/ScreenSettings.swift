package import KeywardClient

/// How the screen is served, and what it shows.
package struct ScreenSettings: Sendable {
    /// The path under which all of it is, without a slash at its end.
    package static let defaultBasePath = "/settings/api-access"

    /// The path under which all of it is, without a slash at its end.
    package var basePath = Self.defaultBasePath
    /// The only origin that is served.
    package var origin: ScreenOrigin
    /// How a browser comes to it.
    package var entrance = ScreenEntrance.link
    /// The account that acts.
    package var account: Account
    /// The person that the proxy has authenticated, if pages shall name that person and not the account.
    package var person: String?
    /// The person whose account has this login; `nil` for an account that is of no person of the team.
    package var personOf: @Sendable (_ login: String) -> String? = { _ in nil }
    /// Whether nothing can be changed.
    package var isReadOnly = false
    /// The workspace of the first page; `nil` is the default one.
    package var workspace: String?
    /// The socket of the daemon, if it was given: commands that pages show name it.
    package var socket: String?

    package init(origin: ScreenOrigin, account: Account) {
        self.origin = origin
        self.account = account
    }
}
