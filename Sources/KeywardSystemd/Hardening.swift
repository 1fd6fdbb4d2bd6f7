internal import CSystemd
internal import Glibc

/// Process settings that protect secrets, however the process is started. The systemd unit sets the same.
package enum Hardening {
    /// Disables core dumps and memory access by processes of the same user, and makes new files private. Call it first.
    ///
    /// - Returns: The names of the measures that the kernel refused; usually none.
    package static func apply() -> [String] {
        var refused: [String] = []
        if keyward_deny_dumps() != 0 { refused.append("PR_SET_DUMPABLE") }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        if setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) != 0 { refused.append("RLIMIT_CORE") }
        umask(0o077)
        return refused
    }
}
