internal import Glibc

/// The groups of the account of this process.
///
/// The kernel's list is that of the start. The daemon asks the kernel, so a group that was taken away since then would
/// still count.
package enum AccountGroups {
    /// The groups of this process, as the kernel has them: the primary one and the others.
    package static func inForce() -> Set<UInt32> {
        let count = getgroups(0, nil)
        var groups = [gid_t](repeating: 0, count: max(0, Int(count)))
        let filled = getgroups(count, &groups)
        return Set(groups.prefix(max(0, Int(filled)))).union([getgid()])
    }

    /// The groups of an account now, as the name service has them. `nil` if it cannot be asked; empty without such an
    /// account.
    package static func current(of uid: UInt32) -> Set<UInt32>? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        // 0 and no entry: there is no such account (getpwuid_r(3)).
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0 else { return nil }
        guard found != nil else { return [] }
        var count = Int32(64)
        var groups = [gid_t](repeating: 0, count: Int(count))
        while getgrouplist(entry.pw_name, entry.pw_gid, &groups, &count) < 0 {
            guard count > groups.count else { return nil }
            groups = [gid_t](repeating: 0, count: Int(count))
        }
        return Set(groups.prefix(Int(count)))
    }

    /// Whether the kernel's list is still the name service's. A name service that does not answer changes nothing.
    package static func areCurrent() -> Bool {
        current(of: getuid()).map { $0 == inForce() } ?? true
    }
}
