internal import Glibc
internal import KeywardSystemd
internal import Logging

// The composition root: the one place that knows every part, the clocks and the source of randomness.

/// Says why on one line, and ends.
func fail(_ fault: StartFault, _ logger: Logger) -> Never {
    logger.critical("\(fault)", metadata: ["event": "daemon.failed", "exitStatus": "\(fault.status.rawValue)"])
    exit(fault.status.rawValue)
}

let refusedMeasures = Hardening.apply()
let logDestination = JournalLogHandler.Destination.current()
LoggingSystem.bootstrap { _ in JournalLogHandler(destination: logDestination) }
let logger = Logger(label: "keywardd")

do {
    let arguments = try DaemonArguments(Array(CommandLine.arguments.dropFirst()), environment: Daemon.environment)
    if let descriptor = arguments.readyDescriptor { try ReadySignal.prepare(descriptor) }
    switch arguments.action {
    case .showHelp: print(DaemonArguments.help)
    case .showVersion: print("keywardd \(daemonVersion)")
    case .checkConfiguration:
        let configuration = try StartFault.reading { () throws(ConfigurationError) in
            try ConfigurationFile.read(arguments.configurationFile)
        }
        print(ConfigurationFile.summary(of: configuration, from: arguments.configurationFile))
    case .run:
        Signals.hold()
        for measure in refusedMeasures { logger.warning("The kernel refused \(measure).") }
        let configuration = try StartFault.reading { () throws(ConfigurationError) in
            try ConfigurationFile.read(arguments.configurationFile)
        }
        let daemon = try Daemon(arguments, configuration, log: EventLog(logger: logger))
        logger.notice("keywardd \(daemonVersion) is ready.", metadata: ["event": "daemon.ready"])
        Notify.ready(status: "Ready")
        if let descriptor = arguments.readyDescriptor { ReadySignal.send(descriptor) }
        while Signals.next() == SIGHUP { daemon.reload() }
        daemon.stop()
    }
} catch {
    fail(error, logger)
}
