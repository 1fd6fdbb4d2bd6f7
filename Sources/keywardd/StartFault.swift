internal import Glibc
internal import KeywardBase
internal import KeywardSettings

/// Why the daemon cannot start or continue: the problem, the remedy, and the exit status.
struct StartFault: Error, Equatable, CustomStringConvertible {
    /// A sentence.
    var problem: String
    /// A sentence with the command or the setting; empty if there is none.
    var remedy: String
    var status: ExitStatus

    /// Both, on one line.
    var description: String { remedy.isEmpty ? problem : problem + " " + remedy }

    /// A fault that only a person can fix: the service manager does not restart the daemon.
    static func configuration(_ problem: String, _ remedy: String) -> StartFault {
        StartFault(problem: problem, remedy: remedy, status: .configuration)
    }

    /// A fault of the disk or the system, which a restart may resolve.
    static func system(_ fault: FileFault) -> StartFault {
        StartFault(
            problem: "\(fault).",
            remedy: passingRemedy(fault.errno) ?? "Check the disk and the log of the kernel.", status: .system)
    }

    /// A file that cannot be opened or is not a regular file. Temporary faults are retried; the others need a person.
    static func opening(
        _ fault: FileFault, _ remedy: String = "It must be a plain file of the user that the daemon runs as."
    ) -> StartFault {
        mayPass(fault.errno) ? .system(fault) : .configuration("\(fault).", remedy)
    }

    /// Whether a failed call may succeed later: after a lack of resources, or an error of the disk.
    static func mayPass(_ errno: Int32) -> Bool {
        passingRemedy(errno) != nil || [EIO, EINTR, EAGAIN, ENOBUFS, ESTALE, ETIMEDOUT, EBUSY].contains(errno)
    }

    /// The remedy for a lack of resources; `nil` for other errors.
    static func passingRemedy(_ errno: Int32) -> String? {
        switch errno {
        case ENOSPC, EDQUOT: "Make room on its file system and start again."
        case EMFILE: "Give the daemon more descriptors: LimitNOFILE= of the service, or ulimit -n."
        case ENFILE: "The system has too many files open: close some, or raise fs.file-max."
        case ENOMEM: "The system or the service has too little memory: free some, or raise MemoryMax=."
        default: nil
        }
    }

    /// The fault with the remedy for a systemd service: after this status its sockets are closed until the service is
    /// started again.
    func forService() -> StartFault {
        guard status == .configuration else { return self }
        var fault = self
        let command = "systemctl start keywardd"
        if !remedy.contains(command) { fault.remedy += (remedy.isEmpty ? "" : " ") + "Then run: \(command)" }
        return fault
    }
}

/// The daemon's exit status (sysexits(3)).
enum ExitStatus: Int32, Sendable {
    case done = 0
    /// `keywardd check` found a problem, or a restore could not repeat every end.
    case problem = 1
    /// A wrong command line.
    case usage = 64
    /// A system call failed.
    case system = 71
    /// Another daemon is running here.
    case busy = 75
    /// A restart does not help; the unit names the status in RestartPreventExitStatus=.
    case configuration = 78
}

extension StartFault {
    /// Runs `read`. Only a person can fix a fault in the configuration, unless the fault is temporary.
    static func reading<R>(_ read: () throws(ConfigurationError) -> R) throws(StartFault) -> R {
        do { return try read() } catch {
            if let number = error.errno, mayPass(number) {
                throw StartFault(problem: "\(error).", remedy: passingRemedy(number) ?? "", status: .system)
            }
            throw .configuration("\(error)" + (error.message.hasSuffix("?") ? "" : "."), "")
        }
    }
}
