internal import Glibc
internal import KeywardCore

/// Information about time besides the clocks: the current boot of the host, and an instant that has certainly passed.
enum BootIdentity {
    /// The id of this boot (random(4)); empty if it is unknown.
    ///
    /// With ProcSubset=pid there is no /proc/sys, so the unit passes the same text.
    static var current: String {
        let given = getenv("KEYWARD_BOOT_ID").map { String(cString: $0) } ?? ""
        return (given.isEmpty ? read("/proc/sys/kernel/random/boot_id") ?? "" : given).filter {
            $0 != "-" && $0 != "\n"
        }
    }

    /// A day before the program was built: file dates in packages may be from another time zone.
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
