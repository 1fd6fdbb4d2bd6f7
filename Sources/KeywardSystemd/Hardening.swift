internal import CSystemd
internal import Glibc

/// What keeps secrets in this process, whoever started it. The unit asks for the same.
package enum Hardening {
    /// No core dumps, no reading of memory by processes of the same user, new files private. First thing at start.
    ///
    /// - Returns: The names of the measures that the kernel refused; none, as a rule.
    package static func apply() -> [String] {
        var refused: [String] = []
        if keyward_deny_dumps() != 0 { refused.append("PR_SET_DUMPABLE") }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        if setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) != 0 { refused.append("RLIMIT_CORE") }
        umask(0o077)
        return refused
    }
}
