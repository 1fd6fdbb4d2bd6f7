internal import Glibc
internal import Synchronization

/// The calls of getpwnam(3) and getgrnam(3), with buffers that grow on demand.
enum NameService {
    struct User {
        var login: String
        var uid: UInt32
        /// The first field of GECOS, `&` replaced by the login.
        var fullName: String?
    }

    typealias UserCall = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32
    typealias GroupCall = (
        UnsafeMutablePointer<group>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<group>?>
    ) -> Int32

    private static let firstSize = 1_024
    private static let lastSize = 1 << 20
    /// getpwent(3) has one cursor for the whole process.
    private static let enumeration = Mutex(())

    /// The user found by a look-up.
    static func user(_ call: UserCall) -> User? {
        var entry = passwd()
        return find(&entry, call) { User(entry: $0) }
    }

    /// The gid found by a look-up.
    static func group(_ call: GroupCall) -> UInt32? {
        var entry = Glibc.group()
        return find(&entry, call) { $0.gr_gid }
    }

    /// Every account whose uid passes, if the name services enumerate it.
    static func allUsers(atMost count: Int, where passes: (UInt32) -> Bool) -> [User] {
        enumeration.withLock { _ in
            var users: [User] = []
            setpwent()
            defer { endpwent() }
            while users.count < count, let user = user({ getpwent_r($0, $1, $2, $3) }) {
                if passes(user.uid) { users.append(user) }
            }
            return users
        }
    }

    /// Calls with a buffer that doubles on ERANGE.
    private static func find<Entry, Found>(
        _ entry: inout Entry,
        _ call: (
            UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
        ) -> Int32,
        _ read: (Entry) -> Found?
    ) -> Found? {
        var size = firstSize
        while size <= lastSize {
            var result: UnsafeMutablePointer<Entry>?
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            switch call(&entry, buffer, size, &result) {
            case 0: return result == nil ? nil : read(entry)
            case ERANGE: size *= 2
            case EINTR: continue
            default: return nil
            }
        }
        return nil
    }
}

extension NameService.User {
    fileprivate init?(entry: passwd) {
        guard let name = entry.pw_name else { return nil }
        login = String(cString: name)
        uid = entry.pw_uid
        fullName = entry.pw_gecos.flatMap { Self.fullName(gecos: String(cString: $0), login: String(cString: name)) }
    }

    static func fullName(gecos: String, login: String) -> String? {
        let field = gecos.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        let capital = login.prefix(1).uppercased() + login.dropFirst()
        let name = field.split(separator: "&", omittingEmptySubsequences: false).joined(separator: capital)
        return name.allSatisfy(\.isWhitespace) ? nil : name
    }
}
