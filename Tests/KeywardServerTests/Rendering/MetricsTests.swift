import Testing

@testable import KeywardCore
@testable import KeywardServer

/// Prometheus' text format 0.0.4, and its conventions for names.
@Suite struct MetricsTests {
    private func text(_ daemon: InMemoryDaemon) throws -> String {
        let result = try daemon.call("system.metrics")
        #expect(result["contentType"] == "text/plain; version=0.0.4")
        return result["text"].text
    }

    @Test func theTextIsWhatPrometheusReads() throws {
        let daemon = try InMemoryDaemon()
        let families = try Exposition(try text(daemon)).families
        for family in families {
            #expect(family.name.wholeMatch(of: /keyward(_[a-z]+)+/) != nil, "\(family.name)")
            #expect((family.type == "counter") == family.name.hasSuffix("_total"), "\(family.name)")
            #expect(["counter", "gauge"].contains(family.type))
            #expect(!family.help.isEmpty && family.help.hasSuffix("."))
            #expect(!family.samples.isEmpty)
        }
        #expect(Set(families.map(\.name)).count == families.count)
    }

    @Test func theFiguresAreThoseOfTheStatus() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("a")
        for key in [secret, secret, "x"] {
            _ = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(key)"}"#)
        }
        let lines = Set(try text(daemon).split(separator: "\n").map(String.init))
        for line in [
            #"keyward_verifications_total{code="valid"} 2"#, #"keyward_verifications_total{code="malformed"} 1"#,
            #"keyward_verifications_total{code="revoked"} 0"#, #"keyward_keys{status="active"} 1"#,
            #"keyward_keys{status="revoked"} 0"#, "keyward_usage_unflushed_keys 1", "keyward_read_only 0",
            "keyward_start_time_seconds 1767614400", #"keyward_build_info{version="1.2.3"} 1"#,
            #"keyward_connections{socket="admin"} 0"#, "keyward_config_last_reload_successful 1",
            #"keyward_connections_refused_total{limit="user",socket="admin"} 0"#,
            #"keyward_log_entries_left_out_total{reason="queue"} 0"#,
            "keyward_event_subscribers 0", "keyward_event_subscribers_cut_off_total 0",
            "keyward_usage_flush_timestamp_seconds 1767614400", #"keyward_audit_entries_total{action="key.stale"} 0"#,
        ] { #expect(lines.contains(line), "\(line)") }
        let codes = lines.filter { $0.hasPrefix("keyward_verifications_total{") }
        #expect(codes.count == Verdict.Code.allCases.count)
        #expect(lines.filter { $0.hasPrefix("keyward_keys{") }.count == KeyStatus.allCases.count)
    }

    @Test func refusalsByLimitsAreNamedForMembersOnly() throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("workspaces.create", #"{"name":"a \"b\" c"}"#)
        let terms = #","limits":[{"name":"x","limit":1,"windowSeconds":60},{"name":"y","limit":1,"windowSeconds":60}]"#
        let secrets = [
            try daemon.secret("k", terms), try daemon.secret("k", terms + #","workspace":"a \"b\" c""#),
        ]
        for secret in secrets + secrets {
            _ = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(secret)","workspace":"*"}"#)
        }
        func samples(_ text: String) -> [String] {
            text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("keyward_rate_limited_total{") }
        }
        #expect(
            samples(try text(daemon)) == [
                #"keyward_rate_limited_total{limit="x",workspace="a \"b\" c"} 1"#,
                #"keyward_rate_limited_total{limit="y",workspace="a \"b\" c"} 1"#,
                #"keyward_rate_limited_total{limit="x",workspace="default"} 1"#,
                #"keyward_rate_limited_total{limit="y",workspace="default"} 1"#,
                #"keyward_rate_limited_total{limit="",workspace=""} 0"#,
            ])
        try daemon.call("members.grant", #"{"workspace":"default","principal":"user:anna","role":"viewer"}"#)
        let seen = try daemon.talk(as: .anna).call("system.metrics")["result"]["text"].text
        #expect(
            samples(seen) == [
                #"keyward_rate_limited_total{limit="x",workspace="default"} 1"#,
                #"keyward_rate_limited_total{limit="y",workspace="default"} 1"#,
                #"keyward_rate_limited_total{limit="",workspace=""} 2"#,
            ])
    }

    @Test func limitsBeyondTheBoundAreCountedTogether() {
        var refusals = LimitRefusals()
        for round in 1...2 {
            for number in 0..<2 * LimitRefusals.most {
                Array("l\(number)".utf8).withUnsafeBytes { refusals.count($0, inWorkspace: 1) }
            }
            #expect(refusals.counts.count == LimitRefusals.most + 1)
            #expect(refusals.counts[LimitRefusals.Source(workspace: 0, limit: nil)] == round * LimitRefusals.most)
        }
    }

    @Test func theSweepsTellOfTheirLastRuns() throws {
        let daemon = try InMemoryDaemon()
        for number in 0..<3 { _ = try daemon.secret("k-\(number)", #","expiresAt":"2026-01-06T12:00:00Z""#) }
        daemon.clock.pass(.days(2))
        daemon.jump.state.withLock { $0 = .leads(by: .days(2)) }
        try daemon.call("sweeps.run", #"{"sweep":"expiry"}"#)
        let lines = Set(try text(daemon).split(separator: "\n").map(String.init))
        for line in [
            #"keyward_sweep_held_keys{sweep="expiry"} 3"#, #"keyward_sweep_held_keys{sweep="stale"} 0"#,
            #"keyward_sweep_last_run_timestamp_seconds{sweep="expiry"} 1767787200"#,
            #"keyward_sweep_last_run_timestamp_seconds{sweep="stale"} 1767614400"#,
            #"keyward_sweep_last_run_duration_seconds{sweep="expiry"} 0.0"#,
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test(arguments: [
        "a 1", "# TYPE a gauge\na 1\n", "# HELP a b\n# TYPE a gauge\nb 1\n", "# HELP a b\n# TYPE a gauge\na{x=1} 1\n",
        "# HELP a b\n# TYPE a gauge\na{x=\"1\"} 1\na{x=\"1\"} 2\n", "# HELP a b\n# TYPE a gauge\na  1\n",
        "# HELP a b\n# TYPE a meter\na 1\n", "# HELP a b\n# TYPE a gauge\na 1\n\n",
    ])
    func theCheckerIsStrict(text: String) {
        #expect(throws: Exposition.Fault.self) { try Exposition(text) }
    }
}

/// A strict parser of the text format: HELP, TYPE, then the samples of one family at a time, no two alike.
private struct Exposition {
    struct Family {
        var name: String
        var help: String
        var type = ""
        var samples: Set<String> = []
    }

    struct Fault: Error { var line: String }

    var families: [Family] = []

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Fault(line: "no line feed at the end") }
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ([^\\]*)/) {
                families.append(Family(name: String(match.1), help: String(match.2)))
            } else if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)/) {
                guard families.last?.name == String(match.1), families.last?.type == "" else { throw Fault(line: line) }
                families[families.count - 1].type = String(match.2)
            } else {
                try take(line)
            }
        }
    }

    private mutating func take(_ line: String) throws {
        let sample =
            /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="[^"\\\n]*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="[^"\\\n]*")*\})? -?[0-9]+(?:\.[0-9]+)?/
        guard let match = line.wholeMatch(of: sample), let family = families.last, family.type != "",
            family.name == String(match.1), !family.samples.contains(String(match.2 ?? ""))
        else { throw Fault(line: line) }
        families[families.count - 1].samples.insert(String(match.2 ?? ""))
    }
}
