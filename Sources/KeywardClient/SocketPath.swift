internal import Glibc

/// Where the daemon listens.
public enum SocketPath: Sendable {
    /// Everything, for workspace users and operators.
    case admin
    /// Verifications, for services.
    case verify

    /// The path for this process.
    ///
    /// `KEYWARD_SOCKET` or `KEYWARD_VERIFY_SOCKET` if set; else, for an account other than root, the one in
    /// `$XDG_RUNTIME_DIR/keyward` if it is there; else the one in `/run/keyward`.
    public func resolve() -> String {
        resolve(
            variable: { name in getenv(name).map { String(cString: $0) } },
            uid: getuid(),
            exists: { access($0, F_OK) == 0 }
        )
    }

    func resolve(variable: (String) -> String?, uid: UInt32, exists: (String) -> Bool) -> String {
        if let path = variable(variableName), !path.isEmpty { return path }
        if uid != 0, let folder = variable("XDG_RUNTIME_DIR"), folder.hasPrefix("/") {
            let path = "\(folder)/keyward/\(fileName)"
            if exists(path) { return path }
        }
        return "/run/keyward/\(fileName)"
    }

    private var variableName: String {
        switch self {
        case .admin: "KEYWARD_SOCKET"
        case .verify: "KEYWARD_VERIFY_SOCKET"
        }
    }

    private var fileName: String {
        switch self {
        case .admin: "keyward.sock"
        case .verify: "verify.sock"
        }
    }
}
