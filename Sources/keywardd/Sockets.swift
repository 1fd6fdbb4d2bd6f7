internal import Glibc
internal import KeywardServer
internal import KeywardSystemd

/// The daemon's two sockets: passed by the service manager, or created in a folder.
enum Sockets {
    private static let names: (admin: String, verify: String) = ("admin", "verify")

    /// Both sockets, listening: clients can connect to both before either answers.
    struct Pair: ~Copyable {
        private let admin: Listener
        private let verify: Listener

        /// Uses the sockets that the service manager passes; with a folder creates sockets there.
        init(runFolder: String?) throws(StartFault) {
            let inherited = try Sockets.inherited()
            if let runFolder { _ = mkdir(runFolder, 0o700) }
            let admin = try Sockets.listener(names.admin, "keyward.sock", in: runFolder, inherited)
            let verify = try Sockets.listener(names.verify, "verify.sock", in: runFolder, inherited)
            self.admin = admin
            self.verify = verify
        }

        /// Starts to answer.
        consuming func serve(
            _ services: CallServices, _ configuration: Configuration, verifyLoops: Int
        ) throws(StartFault) -> (admin: SocketServer, verify: SocketServer) {
            do throws(SocketError) {
                let (adminLimits, verifyLimits) = (configuration.adminLimits, configuration.verifyLimits)
                let verifyServer = try SocketServer(
                    verify, as: .verify, loops: verifyLoops, allServe: configuration.allLoopsServe, verifyLimits,
                    serving: services)
                let adminServer = try SocketServer(admin, as: .admin, loops: 1, adminLimits, serving: services)
                return (adminServer, verifyServer)
            } catch {
                throw Sockets.fault(error, nil, handedOver: 2)
            }
        }
    }

    private static func listener(
        _ name: String, _ file: String, in runFolder: String?, _ inherited: [String: Int32]
    ) throws(StartFault) -> Listener {
        do throws(SocketError) {
            if let runFolder { return try Listener(path: runFolder + "/" + file) }
            return try Listener(inherited: inherited[name] ?? -1)
        } catch {
            throw fault(error, runFolder, handedOver: inherited.count)
        }
    }

    private static func inherited() throws(StartFault) -> [String: Int32] {
        do {
            return try InheritedSockets.take(named: [names.admin, names.verify])
        } catch {
            throw .configuration("\(error).", "See the socket units keywardd.socket and keywardd-verify.socket.")
        }
    }

    private static func fault(_ error: SocketError, _ runFolder: String?, handedOver count: Int) -> StartFault {
        if case .system(_, let number) = error, StartFault.mayPass(number) {
            return StartFault(
                problem: "\(error).", remedy: StartFault.passingRemedy(number) ?? "Start again.", status: .system)
        }
        if runFolder == nil, count < 2 {
            return .configuration(
                "keywardd received \(count == 0 ? "no sockets" : "one socket of two").",
                "Start it through systemd (systemctl start keywardd), or give it "
                    + "--run-dir DIR.")
        }
        return switch error {
        case .pathTooLong: .configuration("\(error).", "Choose a shorter folder with --run-dir.")
        case .occupied, .notAListener: .configuration("\(error).", "")
        case .inUse:
            StartFault(problem: "\(error).", remedy: "Stop it first, or choose another --run-dir.", status: .busy)
        case .system(_, let number):
            StartFault(
                problem: "\(error).",
                remedy: StartFault.passingRemedy(number) ?? "Does the folder exist, and may it be written?",
                status: .system)
        }
    }
}
