/// How a browser comes to the screen.
package enum ScreenEntrance: Sendable {
    /// By a link that `keyward web` printed.
    case link
    /// By a proxy that authenticates people. The key makes sessions that outlive the process.
    case proxy(ProxySecret, SessionKey)

    var isProxy: Bool {
        if case .proxy = self { true } else { false }
    }
}
