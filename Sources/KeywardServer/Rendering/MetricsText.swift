import KeywardCore
import KeywardProtocol

/// The daemon's figures in Prometheus' text exposition format, version 0.0.4. Nothing here waits for the disk: the
/// figures are wanted most when it hangs.
enum MetricsText {
    static func render(_ application: Application, at now: Instant) -> String {
        [
            keys(application, at: now), sockets(application), events(application), store(application, at: now),
            sweeps(application), clock(application), daemon(application),
        ].joined().joined()
    }

    private static func keys(_ application: Application, at now: Instant) -> [String] {
        let counts = application.authority.statusCounts(at: now)
        let tally = application.authority.registry.tally
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
                both.flatMap { name, counters in
                    [("socket", counters.full), ("user", counters.overQuota), ("refusals", counters.dropped)]
                        .map { (["socket": name, "limit": $0.0], $0.1) }
                }),
        ]
    }

    private static func events(_ application: Application) -> [String] {
        [
            family(
                "keyward_event_subscribers", "gauge", "Connections that have subscribed to events.",
                [([:], application.events.listeners)]),
            family(
                "keyward_event_subscribers_cut_off_total", "counter",
                "Connections cut off since the start because they did not read their events.",
                [([:], application.events.cutOffs)]),
        ]
    }

    private static func sweeps(_ application: Application) -> [String] {
        let runStates = Sweep.allCases.map { sweep in
            (labels: ["sweep": sweep.rawValue], runState: application.sweeps.withRunState(sweep) { $0 })
        }
        return [
            family(
                "keyward_sweep_last_run_timestamp_seconds", "gauge",
                "When the last whole run of a sweep began, or else the daemon, since the epoch.",
                runStates.map { ($0.labels, seconds($0.runState.lastReport?.at ?? application.startedAt)) }),
            family(
                "keyward_sweep_last_run_duration_seconds", "gauge", "How long the last whole run of a sweep took.",
                runStates.map { ($0.labels, Double($0.runState.lastSpan.milliseconds) / 1_000) }),
            family(
                "keyward_sweep_held_keys", "gauge", "Keys that the last run of a sweep held, for an operator to see.",
                runStates.map { ($0.labels, $0.runState.lastReport?.held?.count ?? 0) }),
        ]
    }

    private static func store(_ application: Application, at now: Instant) -> [String] {
        let counts = application.counters.counts
        let dirty = application.authority.registry.unstoredCount
        return [
            family("keyward_usage_unflushed_keys", "gauge", "Keys whose usage is not stored yet.", [([:], dirty)]),
            family(
                "keyward_usage_flush_timestamp_seconds", "gauge",
                "When all usage was last stored, since the epoch.",
                [([:], seconds(counts.flushedAt ?? application.startedAt))]),
            family(
                "keyward_read_only", "gauge", "Whether the store cannot take changes now.",
                [([:], application.authority.committer.canWrite ? 0 : 1)]),
            family(
                "keyward_audit_entries_total", "counter",
                "Entries of the audit trail by action, since the start: changes, and what sweeps did.",
                AuditNote.Action.allCases.map { (["action": $0.rawValue], counts.entries[$0.rawValue] ?? 0) }),
        ]
    }

    private static func clock(_ application: Application) -> [String] {
        let (state, counters) = (application.clock.check(), application.clock.readings())
        func gauge(_ name: String, _ help: String, _ value: some CustomStringConvertible) -> String {
            family(name, "gauge", help, [([:], value)])
        }
        return [
            gauge("keyward_clock_believed", "Whether the wall clock is believed.", state == .agrees ? 1 : 0),
            gauge(
                "keyward_clock_lead_seconds",
                "How far the wall clock is ahead of the time that has passed; less than 0 if it is behind.",
                counters.lead.milliseconds / 1_000),
            gauge(
                "keyward_clock_mark_ahead_seconds",
                "How far the time that decides about keys is ahead of the wall clock.",
                counters.markAhead.milliseconds / 1_000),
            gauge(
                "keyward_clock_unproven_seconds",
                "How long the host was off by the wall clock; the stale and retention sweeps do not count it.",
                counters.unproven.milliseconds / 1_000),
        ]
    }

    private static func daemon(_ application: Application) -> [String] {
        let counts = application.counters.counts
        let (throttled, dropped) = application.counters.entriesLeftOut
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
                [([:], seconds(counts.configurationReadAt ?? application.startedAt))]),
            family(
                "keyward_start_time_seconds", "gauge", "When the daemon started, since the epoch.",
                [([:], seconds(application.startedAt))]),
            family("keyward_build_info", "gauge", "The daemon's version.", [(["version": application.version], 1)]),
        ]
    }

    private static func seconds(_ instant: Instant) -> Int { Int(instant.milliseconds / 1_000) }

    static func family(
        _ name: String, _ type: String, _ help: String, _ samples: [([String: String], some CustomStringConvertible)]
    ) -> String {
        let lines = samples.map { labels, value in
            let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
            return name + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(value)\n"
        }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + lines.joined()
    }
}
