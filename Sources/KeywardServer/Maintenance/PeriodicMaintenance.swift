@preconcurrency import Dispatch

/// The jobs of each second: watching files, storing usage, checking rows and names, reporting unknown keys.
final class PeriodicMaintenance: Sendable {
    /// The interval, in milliseconds.
    private static let interval = 1_000

    private let queue: MaintenanceQueue
    private let flusher: UsageFlusher
    private let storeHealth: StoreHealthMonitor
    private let keyRows: KeyRowMonitor
    private let unknownKeys: UnknownKeyReporter
    private let verifierNames: VerifierNames
    private let canaries: CanaryAlarm
    private let timer: any DispatchSourceTimer

    init(
        on queue: MaintenanceQueue, _ flusher: UsageFlusher, _ storeHealth: StoreHealthMonitor,
        _ keyRows: KeyRowMonitor, _ unknownKeys: UnknownKeyReporter, _ verifierNames: VerifierNames,
        _ canaries: CanaryAlarm
    ) {
        self.queue = queue
        self.flusher = flusher
        self.storeHealth = storeHealth
        self.keyRows = keyRows
        self.unknownKeys = unknownKeys
        self.verifierNames = verifierNames
        self.canaries = canaries
        timer = queue.makeTimer()
    }

    func start() {
        timer.setEventHandler { [self] in runOnce() }
        timer.schedule(
            deadline: .now() + .milliseconds(Self.interval), repeating: .milliseconds(Self.interval),
            leeway: .milliseconds(50))
    }

    func stop() { timer.cancel() }

    /// Does the jobs of one second. Called on the maintenance queue.
    func runOnce() {
        guard !queue.isClosed else { return }
        storeHealth.watchFiles()
        flusher.storeFirstUses()
        canaries.storeDue()
        flusher.storeShareOfSecond()
        keyRows.look()
        storeHealth.noteHealth()
        unknownKeys.reportDue()
        verifierNames.checkWhenDue()
    }
}
