internal import Glibc
internal import KeywardBase
internal import KeywardSettings
internal import KeywardSystemd
internal import Logging

// The composition root: only this file knows every part, the clocks and the source of randomness.

let refusedMeasures = Hardening.apply()
let logDestination = JournalLogHandler.Destination.current()
let progress = JournalProgress()
let logQueue = LogQueue(now: SystemClock.monotonic, describe: EventLog.entry) { entry in
    logDestination.write(entry)
    progress.note(entry)
}
LoggingSystem.bootstrap { _ in JournalLogHandler(take: logQueue.add) }
let log = EventLog(logger: Logger(label: "keywardd"), queue: logQueue, progress: progress)

/// Prints the reason on one line, and exits.
func fail(_ fault: StartFault, _ log: EventLog) -> Never {
    log.write(.daemonFailed, "\(fault)", ["exitStatus": "\(fault.status.rawValue)"])
    log.flush()
    exit(fault.status.rawValue)
}

/// Serves until a signal stops it.
func serve(_ arguments: DaemonArguments, _ log: EventLog, refused measures: [String]) throws(StartFault) {
    Signals.hold()
    for measure in measures {
        log.write(.daemonNotHardened, "The kernel refused \(measure).", ["measure": "\(measure)"])
    }
    let isService = arguments.runFolder == nil && Daemon.isStartedByServiceManager
    do throws(StartFault) {
        let configuration = try StartFault.reading { () throws(ConfigurationError) in
            try ConfigurationFile.read(arguments.configurationFile)
        }
        let daemon = try Daemon(arguments, configuration, log: log)
        daemon.announce()
        if let descriptor = arguments.readyDescriptor { ReadySignal.send(descriptor) }
        while Signals.next() == SIGHUP { daemon.reload() }
        try daemon.stop()
    } catch {
        throw isService ? error.forService() : error
    }
}

/// Runs a command other than serving. A fault goes only to standard error, because no daemon has failed.
func run(_ command: DaemonCommand) -> Never {
    do throws(StartFault) {
        let (text, status) = try command.run()
        print(text)
        exit(status.rawValue)
    } catch {
        SmallFile.write("keywardd: \(error)\n", to: STDERR_FILENO)
        exit(error.status.rawValue)
    }
}

do {
    let arguments = try DaemonArguments(Array(CommandLine.arguments.dropFirst()), environment: Daemon.environment)
    if let descriptor = arguments.readyDescriptor { try ReadySignal.prepare(descriptor) }
    if let command = DaemonCommand(arguments) { run(command) }
    try serve(arguments, log, refused: refusedMeasures)
} catch {
    fail(error, log)
}
