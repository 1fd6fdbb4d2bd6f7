import KeywardCore
import KeywardProtocol

/// The daemon's figures in Prometheus' text exposition format, version 0.0.4. Nothing here waits for the disk: the
/// figures are wanted most when it hangs.
enum MetricsText {
    static func render(_ application: Application, at now: Instant) -> String {
        (keys(application, at: now) + sockets(application) + store(application, at: now) + daemon(application))
            .joined()
    }

    private static func keys(_ application: Application, at now: Instant) -> [String] {
        let counts = application.authority.statusCounts(at: now)
        let tally = application.authority.ring.withState { $0.tally }
        return [
            family(
                "keyward_keys", "gauge", "Keys by status.",
                KeyStatus.allCases.map { (["status": $0.rawValue], counts[$0] ?? 0) }),
            family(
                "keyward_verifications_total", "counter", "Verifications by outcome since the start.",
                Verdict.Code.allCases.map { (["code": "\($0)"], tally[$0]) }),
        ]
    }

    private static func sockets(_ application: Application) -> [String] {
        let (admin, verify) = application.sockets
        let both = [("admin", admin), ("verify", verify)]
        return [
            family(
                "keyward_connections", "gauge", "Connected clients by socket.",
                both.map { (["socket": $0.0], $0.1.connections) }),
            family(
                "keyward_connections_refused_total", "counter",
                "Connections refused since the start, by socket and the limit that was reached.",
                both.flatMap { name, figures in
                    [("socket", figures.full), ("user", figures.overQuota), ("refusals", figures.dropped)]
                        .map { (["socket": name, "limit": $0.0], $0.1) }
                }),
        ]
    }

    private static func store(_ application: Application, at now: Instant) -> [String] {
        let counts = application.figures.counts
        let dirty = application.authority.ring.withState { $0.dirtyCount }
        return [
            family("keyward_usage_unflushed_keys", "gauge", "Keys whose usage is not stored yet.", [([:], dirty)]),
            family(
                "keyward_usage_flush_timestamp_seconds", "gauge",
                "When all usage was last stored, since the epoch.",
                [([:], seconds(counts.flushedAt ?? application.startedAt))]),
            family(
                "keyward_read_only", "gauge", "Whether the store cannot take changes now.",
                [([:], application.authority.canWrite ? 0 : 1)]),
            family(
                "keyward_audit_entries_total", "counter",
                "Entries of the audit trail by action, since the start: changes, and what sweeps did.",
                AuditNote.Action.allCases.map { (["action": $0.rawValue], counts.entries[$0.rawValue] ?? 0) }),
        ]
    }

    private static func daemon(_ application: Application) -> [String] {
        let counts = application.figures.counts
        return [
            family(
                "keyward_config_last_reload_successful", "gauge",
                "Whether the configuration that was read last is in force.",
                [([:], counts.isConfigurationGood ? 1 : 0)]),
            family(
                "keyward_config_last_reload_success_timestamp_seconds", "gauge",
                "When the configuration in force was read, since the epoch.",
                [([:], seconds(counts.configurationReadAt ?? application.startedAt))]),
            family(
                "keyward_start_time_seconds", "gauge", "When the daemon started, since the epoch.",
                [([:], seconds(application.startedAt))]),
            family("keyward_build_info", "gauge", "The daemon's version.", [(["version": application.version], 1)]),
        ]
    }

    private static func seconds(_ instant: Instant) -> Int { Int(instant.milliseconds / 1_000) }

    static func family(
        _ name: String, _ type: String, _ help: String, _ samples: [([String: String], Int)]
    ) -> String {
        let lines = samples.map { labels, value in
            let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
            return name + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(value)\n"
        }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + lines.joined()
    }
}
