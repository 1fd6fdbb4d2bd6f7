internal import Glibc
internal import KeywardClient
internal import KeywardDisplay

/// The account of this process.
enum OwnAccount {
    static var account: Account { Account(uid: getuid(), user: entry(\.pw_name)) }

    /// The login; `uid N` without one.
    static var name: String { account.shown }

    /// The person whose account it is: the start of the comment (passwd(5), GECOS).
    static var person: String? { person(in: entry(\.pw_gecos)) }

    /// The person whose account has this login, if it is one of a team. Those are in /etc/passwd.
    @Sendable static func person(of login: String) -> String? {
        guard login.hasPrefix("kw-web-") else { return nil }
        var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
        var buffer = [CChar](repeating: 0, count: 4_096)
        guard getpwnam_r(login, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return person(in: entry.pw_gecos.map { String(cString: $0) })
    }

    private static func person(in comment: String?) -> String? {
        comment?.split(separator: ",").first.map(String.init)
    }

    private static func entry(_ member: KeyPath<passwd, UnsafeMutablePointer<CChar>?>) -> String? {
        getpwuid(getuid()).flatMap { $0.pointee[keyPath: member] }.map { String(cString: $0) }
    }
}
