internal import KeywardBase

/// `site.conf`: where the team's site is. The units of the screens read it as environment variables.
struct SiteFile: Hashable, Sendable {
    var address: SiteAddress
    var path: String

    /// The path of the screen unless the file names another one.
    static let defaultPath = "/settings/api-access"

    init(address: SiteAddress, path: String = defaultPath) {
        (self.address, self.path) = (address, path)
    }

    /// Reads the file (systemd.exec(5), EnvironmentFile=); `nil` without a usable origin.
    init?(_ text: String) {
        guard let origin = Self.value(of: "KEYWARD_WEB_ORIGIN", in: text), let address = SiteAddress(origin: origin)
        else { return nil }
        self.init(address: address, path: Self.value(of: "KEYWARD_WEB_BASE_PATH", in: text) ?? Self.defaultPath)
    }

    /// The address that people open.
    var url: String { address.origin + path }

    /// The content of a new file.
    var text: String {
        """
        # Where nginx serves the screen for the team. After a change run: systemctl stop 'keyward-web@*.service'
        # The next request starts them again.

        # The only address that the screens answer to.
        KEYWARD_WEB_ORIGIN=\(address.origin)
        # The path of the screen, without a slash at its end. The location in nginx's site must be the same.
        KEYWARD_WEB_BASE_PATH=\(path)
        # A screen ends after this time without use. The next request starts it again.
        KEYWARD_WEB_IDLE=15m

        """
    }

    private static func value(of name: String, in text: String) -> String? {
        text.split(separator: "\n").last { $0.hasPrefix(name + "=") }.map { line in
            line.dropFirst(name.count + 1).filter { !"\"' ".contains($0) }
        }
    }
}
