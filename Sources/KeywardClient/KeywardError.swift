internal import Glibc
internal import KeywardBase

/// Why a call has no result. Each description says what to do.
///
/// A problem with a *presented key* is never an error: it is a ``Verification`` with `valid` false. An error means that
/// Keyward could not answer. The service then decides by its own rule.
public enum KeywardError: Error, Hashable, Sendable {
    /// No connection could be made. Nothing was sent.
    case unreachable(Unreachable)
    /// The deadline passed before the reply came. A change may have been made, or may still be.
    case timedOut
    /// The connection ended before the reply came. A change may have been made.
    case connectionLost
    /// Keyward refused the call, or could not do it.
    case rejected(RPCError)
    /// The peer does not speak the protocol. The text describes the violation, without repeating the peer's bytes.
    case protocolViolation(String)
    /// The request is longer than the daemon accepts. Nothing was sent.
    case requestTooLong(limit: Int)
    /// The calling task was cancelled. A change may have been made.
    case cancelled
    /// The client was closed. A change may have been made.
    case closed
    /// The process was forked after the client was created. Nothing was sent.
    case forked
}

extension KeywardError: CustomStringConvertible {
    /// A sentence for people, with the remedy.
    public var description: String {
        switch self {
        case .unreachable(let unreachable): unreachable.description
        case .timedOut: "Keyward did not answer in time."
        case .connectionLost: "The connection was lost before the reply came."
        case .rejected(let error): error.message
        case .protocolViolation(let what):
            "The program at the socket is not Keyward, or is another version of it: \(what)."
        case .requestTooLong(let limit): "The request is longer than the \(limit) bytes that Keyward accepts."
        case .cancelled: "The call was cancelled. A change may have been made."
        case .closed: "The client was closed."
        case .forked:
            "The process was forked after this client was created. Create a client in the child. Nothing was sent."
        }
    }
}

/// A socket that could not be connected to, and why.
public struct Unreachable: Hashable, Sendable {
    /// Why a socket cannot be connected to.
    public enum Reason: Hashable, Sendable {
        /// The socket does not exist.
        case missing
        /// The socket exists, but nothing listens on it.
        case refused
        /// The kernel refuses this account; `group` is the socket's group, if it is known.
        case permissionDenied(group: String?)
        /// Only root and the daemon's user can use the socket; it has no group.
        case privateSocket
        /// The path is longer than the kernel's limit of 107 bytes (unix(7)).
        case pathTooLong
        /// More connections wait than the daemon accepts in time.
        case busy
        /// Another system error, by number (errno(3)).
        case system(Int32)
    }

    /// The socket's path.
    public var path: String
    /// The reason for the failure.
    public var reason: Reason

    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// Whether waiting may help, for example while a daemon restarts.
    package var mayPass: Bool {
        switch reason {
        case .missing, .refused, .busy: true
        case .permissionDenied, .privateSocket, .pathTooLong, .system: false
        }
    }
}

extension Unreachable {
    /// Whether systemd owns this socket: it has the package's path, and the host runs systemd (sd_booted(3)). systemd
    /// does not manage a daemon that somebody started in another folder.
    private var isOfSystemd: Bool {
        isOfSystemd(hostRunsSystemd: access("/run/systemd/system", F_OK) == 0)
    }

    func isOfSystemd(hostRunsSystemd: Bool) -> Bool {
        hostRunsSystemd && path.hasPrefix("/run/keyward/")
    }

    /// How to add this account to a group: a command for root, if both names are safe in a shell.
    static func admission(to group: String, of login: String? = ownLogin) -> String {
        guard let login, isPlain(login), isPlain(group) else {
            return "Root can add your account to that group. It takes effect at the next login."
        }
        return """
            Root can add your account; it takes effect at the next login.
            As root, run: usermod --append --groups \(group) \(login)
            """
    }

    private static var ownLogin: String? {
        getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) }
    }

    private static func isPlain(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-") else { return false }
        return name.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "._-".unicodeScalars.contains($0))
        }
    }
}

extension Unreachable: CustomStringConvertible {
    /// A sentence for people, with the remedy.
    public var description: String {
        switch reason {
        case .missing:
            isOfSystemd
                ? """
                Keyward is not running: there is no socket at \(path).
                To start it, run: systemctl start keywardd
                To use another socket, set KEYWARD_SOCKET or KEYWARD_VERIFY_SOCKET.
                """
                : """
                No daemon is running here: there is no socket at \(path).
                Start the daemon, or set KEYWARD_SOCKET or KEYWARD_VERIFY_SOCKET to use another socket.
                """
        case .refused:
            isOfSystemd
                ? """
                Keyward is not running: nothing listens at \(path).
                To see why it stopped, run: journalctl -u keywardd
                To start it, run: systemctl start keywardd
                """
                : """
                No daemon is running here: nothing listens at \(path).
                Its log says why it stopped. Start it again.
                """
        case .permissionDenied(let group):
            """
            Permission denied at \(path): only members of group \(group ?? "keyward") can use it.
            \(Self.admission(to: group ?? "keyward"))
            """
        case .privateSocket:
            """
            Permission denied at \(path): only root and the account of this daemon can use it.
            Use that account, or set KEYWARD_SOCKET or KEYWARD_VERIFY_SOCKET to use another socket.
            """
        case .pathTooLong: "The socket's path is longer than 107 bytes, the kernel's limit: \(path)"
        case .busy: "Keyward is too busy to accept a connection at \(path). Try again in a moment."
        case .system(let number): "Cannot connect to \(path): \(systemMessage(number))."
        }
    }
}
