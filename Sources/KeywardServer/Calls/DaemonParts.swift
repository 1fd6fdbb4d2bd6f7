import KeywardProtocol

/// The parts of the daemon that single methods speak with.
struct DaemonParts: Sendable {
    let monitor: DaemonMonitor
    let sweeps: SweepScheduler
    let clock: ClockAcceptance
    let events: EventHub
    let configuration: Reconfiguration
    let backups: BackupWriter
    let verification: VerificationServices
    /// What `rpc.discover` answers, made once.
    let discovery: JSONText
}
