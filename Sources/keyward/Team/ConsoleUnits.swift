internal import Glibc

/// The units of systemd that serve a person's screen.
enum ConsoleUnits {
    private static let runtimeFolder = "/run/keyward-web"

    static func socket(_ uid: UInt32) -> String { "keyward-web@\(uid).socket" }
    static func service(_ uid: UInt32) -> String { "keyward-web@\(uid).service" }

    /// Fails on a host without systemd (sd_booted(3)).
    static func requireSystemd() throws(Failure) {
        guard access("/run/systemd/system", F_OK) == 0 else {
            throw .refused("This host does not run systemd, which starts the screens.")
        }
    }

    /// Listens now and after each boot. A connection starts the service.
    static func enable(_ uid: UInt32) throws(Failure) {
        // After failed starts systemd would refuse another one.
        _ = try SystemProgram.run("systemctl", ["reset-failed", socket(uid), service(uid)])
        try SystemProgram.check("systemctl", ["enable", "--now", socket(uid)])
    }

    /// Ends the screen and its sessions, until it is enabled again.
    static func disable(_ uid: UInt32) throws(Failure) {
        try SystemProgram.check("systemctl", ["disable", "--now", socket(uid)])
        try SystemProgram.check("systemctl", ["stop", service(uid)])
        unlink("\(runtimeFolder)/\(uid)/session.key")
        rmdir("\(runtimeFolder)/\(uid)")
    }
}
