internal import Glibc

/// Commands that make accounts and units.
enum AdministratorOnly {
    /// Fails unless root runs the command, on a host with systemd.
    static func require(_ session: Session) throws(Failure) {
        guard geteuid() == 0 else {
            throw Failure(
                status: .permissionDenied,
                message: """
                    Only root can change accounts and units.
                    Run: sudo \(CommandText.text(typed: session.arguments, adding: []))
                    """)
        }
        try ConsoleUnits.requireSystemd()
    }
}
