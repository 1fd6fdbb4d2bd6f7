internal import Glibc
internal import KeywardCore

/// What is known of time beside the clocks: which boot of the host this is, and an instant that has passed.
enum BootIdentity {
    /// Names this boot, as random(4) has it; empty if nothing tells.
    ///
    /// With ProcSubset=pid there is no /proc/sys, so the unit hands the same text over.
    static var current: String {
        let given = getenv("KEYWARD_BOOT_ID").map { String(cString: $0) } ?? ""
        return (given.isEmpty ? read("/proc/sys/kernel/random/boot_id") ?? "" : given).filter {
            $0 != "-" && $0 != "\n"
        }
    }

    /// When the program was built, a day before that: dates of files in packages may be those of another time zone.
    static var earliest: Instant {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return .distantPast }
        return Instant(milliseconds: Int64(status.st_mtim.tv_sec) * 1_000) - .days(1)
    }

    /// The first 64 bytes of a file.
    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
