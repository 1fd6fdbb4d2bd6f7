internal import Glibc
internal import KeywardCore
internal import Synchronization

/// The accounts of this host, from its name services (files, directory services, systemd).
///
/// Every call may block; never call it on an event loop.
final class SystemAccounts: AccountDirectory {
    /// The uids of people, by the convention of login.defs(5) and systemd.
    private static let humans: ClosedRange<UInt32> = 1_000...59_999
    private static let mostHumans = 10_000

    private let names = Mutex(AccountNames())
    private let people = Mutex<(names: [String], until: Duration)>(([], .zero))
    private let monotonic: @Sendable () -> Duration

    /// `monotonic` returns the time since a fixed moment.
    init(monotonic: @escaping @Sendable () -> Duration) {
        self.monotonic = monotonic
    }

    func userName(of uid: UInt32) -> String? {
        let now = monotonic()
        if let known = names.withLock({ $0.name(of: uid, at: now) }) { return known.name }
        return lookUpUserName(of: uid, at: now)
    }

    func currentUserName(of uid: UInt32) -> String? { lookUpUserName(of: uid, at: monotonic()) }

    private func lookUpUserName(of uid: UInt32, at now: Duration) -> String? {
        let name = NameService.user { getpwuid_r(uid, $0, $1, $2, $3) }?.login
        names.withLock { $0.learn(name, of: uid, at: now) }
        return name
    }

    func userID(named name: String) -> UInt32? {
        NameService.user { getpwnam_r(name, $0, $1, $2, $3) }?.uid
    }

    func groupID(named name: String) -> UInt32? {
        NameService.group { getgrnam_r(name, $0, $1, $2, $3) }
    }

    func hasGroup(_ gid: UInt32) -> Bool { NameService.group { getgrgid_r(gid, $0, $1, $2, $3) } != nil }

    /// Cached for a minute: on a host with a large directory the list takes long.
    func humanNames() -> [String] {
        people.withLock { people in
            let now = monotonic()
            if now >= people.until { people = (Self.allHumanNames(), now + AccountNames.lifetime) }
            return people.names
        }
    }

    private static func allHumanNames() -> [String] {
        var found: Set<String> = []
        for user in NameService.allUsers(atMost: mostHumans, where: humans.contains) {
            found.insert(user.login)
            if let name = user.fullName { found.insert(name) }
        }
        return found.sorted()
    }
}

/// Names by uid, cached for a minute: a login seldom changes, and a look-up may use the network.
struct AccountNames {
    static let lifetime = Duration.seconds(60)
    static let capacity = 1_024

    private var entries: [UInt32: (name: String?, until: Duration)] = [:]

    /// `nil` if it must be looked up; a `name` of `nil` means that there is no such account.
    func name(of uid: UInt32, at now: Duration) -> (name: String?, Void)? {
        guard let entry = entries[uid], now < entry.until else { return nil }
        return (entry.name, ())
    }

    mutating func learn(_ name: String?, of uid: UInt32, at now: Duration) {
        if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
        entries[uid] = (name, now + Self.lifetime)
    }
}
