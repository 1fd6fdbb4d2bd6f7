/// The metrics of a gateway in Prometheus' text exposition format, version 0.0.4.
enum GatewayMetrics {
    static func text(_ counts: GatewayCounters.Counts) -> String {
        [
            family(
                "keyward_gateway_answers_total", "counter", "Answers by status and code since the start.",
                [("{code=\"valid\",status=\"200\"}", "\(counts.valid)")]
                    + counts.answers.sorted { ($0.key.status, $0.key.code) < ($1.key.status, $1.key.code) }.map {
                        ("{code=\"\($0.key.code)\",status=\"\($0.key.status)\"}", "\($0.value)")
                    }),
            family(
                "keyward_gateway_unavailable_total", "counter",
                "Requests that could not be verified, by reason, since the start.",
                Unavailability.allCases.map { ("{reason=\"\($0.rawValue)\"}", "\(counts.unavailable[$0] ?? 0)") }),
            family(
                "keyward_gateway_connections", "gauge", "Open connections of the proxy.",
                [("", "\(counts.connections)")]),
            family(
                "keyward_gateway_connections_refused_total", "counter", "Connections refused since the start.",
                [
                    ("{reason=\"account\"}", "\(counts.foreignConnections)"),
                    ("{reason=\"number\"}", "\(counts.excessConnections)"),
                ]), durations(counts), configuration(counts),
        ].joined()
    }

    private static func configuration(_ counts: GatewayCounters.Counts) -> String {
        family(
            "keyward_gateway_config_last_reload_successful", "gauge",
            "1 if the site's file that was read last is in force.", [("", counts.isLastReloadGood ? "1" : "0")])
            + family(
                "keyward_gateway_config_last_reload_success_timestamp_seconds", "gauge",
                "When a site's file was last put in force, in seconds since 1970.", [("", "\(counts.configuredAt)")])
    }

    private static func durations(_ counts: GatewayCounters.Counts) -> String {
        let name = "keyward_gateway_verify_seconds"
        var total = 0
        var lines = ""
        for (index, bound) in (GatewayCounters.bounds.map { "\($0)" } + ["+Inf"]).enumerated() {
            total += counts.durations[index]
            lines += "\(name)_bucket{le=\"\(bound)\"} \(total)\n"
        }
        return "# HELP \(name) Time until the daemon answered a verification.\n# TYPE \(name) histogram\n" + lines
            + "\(name)_sum \(counts.durationSum)\n\(name)_count \(total)\n"
    }

    private static func family(
        _ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]
    ) -> String {
        "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
            + samples.map { "\(name)\($0.labels) \($0.value)\n" }.joined()
    }
}
