import KeywardProtocol

/// The parts of the daemon that single methods need.
struct DaemonParts: Sendable {
    let monitor: DaemonMonitor
    let sweeps: SweepScheduler
    let clock: ClockAcceptance
    let events: EventHub
    let configuration: Reconfiguration
    let backups: BackupWriter
    let verification: VerificationServices
    let canaries: CanaryAlarm
    /// The result of `rpc.discover`, made once.
    let discovery: JSONText
}
