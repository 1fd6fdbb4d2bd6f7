import KeywardCore
import KeywardProtocol

/// The daemon's metrics in Prometheus' text exposition format, version 0.0.4.
enum MetricsText {
    static func render(_ metrics: DaemonMetrics) -> String {
        [
            keys(metrics), sockets(metrics), events(metrics), store(metrics), sweeps(metrics), clock(metrics),
            daemon(metrics),
        ].joined().joined()
    }

    private static func keys(_ metrics: DaemonMetrics) -> [String] {
        [
            family(
                "keyward_keys", "gauge", "Keys by status.",
                KeyStatus.allCases.map { (["status": $0.rawValue], metrics.keys[$0] ?? 0) }),
            family(
                "keyward_verifications_total", "counter", "Verifications by outcome since the start.",
                Verdict.Code.allCases.map { (["code": "\($0)"], metrics.verifications[$0]) }),
            family(
                "keyward_rate_limited_total", "counter",
                "Refusals by a limit since the start, by workspace and limit; without names, of all others.",
                metrics.limitRefusals.map {
                    (["workspace": $0.source?.workspace ?? "", "limit": $0.source?.limit ?? ""], $0.count)
                }),
        ]
    }

    private static func sockets(_ metrics: DaemonMetrics) -> [String] {
        let (admin, verify) = metrics.sockets
        let both = [("admin", admin), ("verify", verify)]
        return [
            family(
                "keyward_connections", "gauge", "Connected clients by socket.",
                both.map { (["socket": $0.0], $0.1.connections) }),
            family(
                "keyward_connections_refused_total", "counter",
                "Connections refused since the start, by socket and the limit that was reached.",
                both.flatMap { name, counters in
                    [("socket", counters.full), ("user", counters.overQuota), ("refusals", counters.dropped)]
                        .map { (["socket": name, "limit": $0.0], $0.1) }
                }),
        ]
    }

    private static func events(_ metrics: DaemonMetrics) -> [String] {
        [
            family(
                "keyward_event_subscribers", "gauge", "Connections that have subscribed to events.",
                [([:], metrics.subscribers)]),
            family(
                "keyward_event_subscribers_cut_off_total", "counter",
                "Connections cut off since the start because they did not read their events.",
                [([:], metrics.cutOffs)]),
        ]
    }

    private static func sweeps(_ metrics: DaemonMetrics) -> [String] {
        let runs = metrics.runs.map { (labels: ["sweep": $0.sweep.rawValue], run: $0) }
        return [
            family(
                "keyward_sweep_last_run_timestamp_seconds", "gauge",
                "When the last whole run of a sweep began, or else the daemon, since the epoch.",
                runs.map { ($0.labels, seconds($0.run.at ?? metrics.startedAt)) }),
            family(
                "keyward_sweep_last_run_duration_seconds", "gauge", "How long the last whole run of a sweep took.",
                runs.map { ($0.labels, Double($0.run.span.milliseconds) / 1_000) }),
            family(
                "keyward_sweep_held_keys", "gauge", "Keys that the last run of a sweep held, for an operator to see.",
                runs.map { ($0.labels, $0.run.heldKeys) }),
        ]
    }

    private static func store(_ metrics: DaemonMetrics) -> [String] {
        let counts = metrics.counts
        return [
            family(
                "keyward_usage_unflushed_keys", "gauge", "Keys whose usage is not stored yet.",
                [([:], metrics.unflushedKeys)]),
            family(
                "keyward_usage_flush_timestamp_seconds", "gauge",
                "When all usage was last stored, since the epoch.",
                [([:], seconds(counts.flushedAt ?? metrics.startedAt))]),
            family(
                "keyward_read_only", "gauge", "Whether the store cannot take changes now.",
                [([:], metrics.canWrite ? 0 : 1)]),
            family(
                "keyward_audit_entries_total", "counter",
                "Entries of the audit trail by action, since the start: changes, and what sweeps did.",
                AuditNote.Action.allCases.map { (["action": $0.rawValue], counts.entries[$0.rawValue] ?? 0) }),
        ]
    }

    private static func clock(_ metrics: DaemonMetrics) -> [String] {
        func gauge(_ name: String, _ help: String, _ value: some CustomStringConvertible) -> String {
            family(name, "gauge", help, [([:], value)])
        }
        return [
            gauge("keyward_clock_believed", "Whether the wall clock is believed.", metrics.clock == .agrees ? 1 : 0),
            gauge(
                "keyward_clock_lead_seconds",
                "How far the wall clock is ahead of the time that has passed; less than 0 if it is behind.",
                metrics.clockLead.milliseconds / 1_000),
            gauge(
                "keyward_clock_mark_ahead_seconds",
                "How far the time that decides about keys is ahead of the wall clock.",
                metrics.markAhead.milliseconds / 1_000),
            gauge(
                "keyward_clock_unproven_seconds",
                "How long the host was off by the wall clock; the stale and retention sweeps do not count it.",
                metrics.unproven.milliseconds / 1_000),
        ]
    }

    private static func daemon(_ metrics: DaemonMetrics) -> [String] {
        let counts = metrics.counts
        let (throttled, dropped) = metrics.entriesLeftOut
        return [
            family(
                "keyward_log_entries_left_out_total", "counter",
                "Log entries left out since the start: too many at once (pace), or not taken by the log (queue).",
                [(["reason": "pace"], throttled), (["reason": "queue"], dropped)]),
            family(
                "keyward_config_last_reload_successful", "gauge",
                "Whether the configuration that was read last is in force.",
                [([:], counts.isConfigurationGood ? 1 : 0)]),
            family(
                "keyward_config_last_reload_success_timestamp_seconds", "gauge",
                "When the configuration in force was read, since the epoch.",
                [([:], seconds(counts.configurationReadAt ?? metrics.startedAt))]),
            family(
                "keyward_start_time_seconds", "gauge", "When the daemon started, since the epoch.",
                [([:], seconds(metrics.startedAt))]),
            family("keyward_build_info", "gauge", "The daemon's version.", [(["version": metrics.version], 1)]),
        ]
    }

    private static func seconds(_ instant: Instant) -> Int { Int(instant.milliseconds / 1_000) }

    /// A label's value: people choose the names of workspaces.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    static func family(
        _ name: String, _ type: String, _ help: String, _ samples: [([String: String], some CustomStringConvertible)]
    ) -> String {
        let lines = samples.map { labels, value in
            let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value))\"" }
            return name + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(value)\n"
        }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + lines.joined()
    }
}
