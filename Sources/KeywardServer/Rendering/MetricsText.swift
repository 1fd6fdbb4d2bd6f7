import KeywardCore
import KeywardProtocol

/// The daemon's figures in Prometheus' text exposition format, version 0.0.4.
enum MetricsText {
    static func render(_ application: Application, at now: Instant) -> String {
        let counts = application.authority.statusCounts(at: now)
        let (tally, dirty) = application.authority.ring.withState { ($0.tally, $0.dirtyCount) }
        let connections = application.connections
        return [
            family(
                "keyward_keys", "gauge", "Keys by status.",
                KeyStatus.allCases.map { (["status": $0.rawValue], counts[$0] ?? 0) }),
            family(
                "keyward_verifications_total", "counter", "Verifications by outcome since the start.",
                Verdict.Code.allCases.map { (["code": "\($0)"], tally[$0]) }),
            family(
                "keyward_connections", "gauge", "Connected clients by socket.",
                [(["socket": "admin"], connections.admin), (["socket": "verify"], connections.verify)]),
            family("keyward_usage_unflushed_keys", "gauge", "Keys whose usage is not stored yet.", [([:], dirty)]),
            family(
                "keyward_read_only", "gauge", "Whether the store cannot take changes now.",
                [([:], application.authority.canWrite ? 0 : 1)]),
            family(
                "keyward_start_time_seconds", "gauge", "When the daemon started, since the epoch.",
                [([:], Int(application.startedAt.milliseconds / 1_000))]),
            family("keyward_build_info", "gauge", "The daemon's version.", [(["version": application.version], 1)]),
        ].joined()
    }

    private static func family(
        _ name: String, _ type: String, _ help: String, _ samples: [([String: String], Int)]
    ) -> String {
        let lines = samples.map { labels, value in
            let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
            return name + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(value)\n"
        }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + lines.joined()
    }
}
