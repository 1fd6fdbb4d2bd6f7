internal import Glibc
internal import KeywardClient
internal import KeywardDisplay

/// The account of this process.
enum OwnAccount {
    static var account: Account { Account(uid: getuid(), user: entry(\.pw_name)) }

    /// The login; `uid N` without one.
    static var name: String { account.shown }

    /// The person whose account it is: the start of the comment (passwd(5), GECOS).
    static var person: String? {
        entry(\.pw_gecos)?.split(separator: ",").first.map(String.init)
    }

    private static func entry(_ member: KeyPath<passwd, UnsafeMutablePointer<CChar>?>) -> String? {
        getpwuid(getuid()).flatMap { $0.pointee[keyPath: member] }.map { String(cString: $0) }
    }
}
