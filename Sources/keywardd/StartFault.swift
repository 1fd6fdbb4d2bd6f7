internal import Glibc

/// Why the daemon cannot start or go on: what is wrong, what to do about it, and the status that it exits with.
struct StartFault: Error, Equatable, CustomStringConvertible {
    /// A sentence.
    var problem: String
    /// A sentence that names the command or the setting; empty if there is none.
    var remedy: String
    var status: ExitStatus

    /// Both, on one line.
    var description: String { remedy.isEmpty ? problem : problem + " " + remedy }

    /// A fault that only a person can mend: the service manager does not restart the daemon.
    static func configuration(_ problem: String, _ remedy: String) -> StartFault {
        StartFault(problem: problem, remedy: remedy, status: .configuration)
    }

    /// A fault of the disk or the system, which a restart may outlive.
    static func system(_ fault: FileFault) -> StartFault {
        let isFull = fault.errno == ENOSPC || fault.errno == EDQUOT
        return StartFault(
            problem: "\(fault).",
            remedy: isFull
                ? "Make room on its file system and start again." : "Check the disk and the log of the kernel.",
            status: .system)
    }

    /// The fault with what a service of systemd needs besides: while it was down, clients that knocked have had its
    /// sockets closed by their trigger limit (TriggerLimitBurst=, systemd.socket(5)), and only a restart opens them.
    func forService() -> StartFault {
        guard status == .configuration else { return self }
        var fault = self
        let command = "systemctl restart \(Self.socketUnits)"
        if !remedy.contains(command) { fault.remedy += (remedy.isEmpty ? "" : " ") + "Then run: \(command)" }
        return fault
    }

    static let socketUnits = "keywardd.socket keywardd-verify.socket"
}

/// What the daemon's exit status means, by sysexits(3).
enum ExitStatus: Int32, Sendable {
    case done = 0
    /// A wrong command line.
    case usage = 64
    /// A system call failed.
    case system = 71
    /// Another daemon is at work here.
    case busy = 75
    /// What a restart cannot help; the unit names it in RestartPreventExitStatus=.
    case configuration = 78
}

extension StartFault {
    /// Runs `read`; a fault in the configuration is one that only a person can mend.
    static func reading<R>(_ read: () throws(ConfigurationError) -> R) throws(StartFault) -> R {
        do { return try read() } catch {
            throw .configuration("\(error)" + (error.message.hasSuffix("?") ? "" : "."), "")
        }
    }
}
