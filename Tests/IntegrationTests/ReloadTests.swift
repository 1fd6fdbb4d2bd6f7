import Glibc
import KeywardTesting
import Testing

/// SIGHUP: changes take effect at once, also for open connections, and the log names them.
struct ReloadTests {
    private let ping = #"{"jsonrpc":"2.0","id":1,"method":"system.ping"}"#

    private func reload(_ daemon: TestDaemon, _ yaml: String) throws {
        try daemon.folder.write(yaml, to: "keyward.yaml")
        daemon.process.signal(SIGHUP)
    }

    @Test func limitsOfSocketsAreTakenOver() throws {
        let daemon = try TestDaemon(
            configuration: "limits: {verify: {connections: 3, connectionsPerUser: 3, reserved: 0}}\n")
        // One is the test's own.
        let first = try (0..<2).map { _ in try LineClient(daemon.process.verifySocket) }
        for client in first { #expect(try client.exchange(ping).contains("ready")) }
        let refused = try JSON(#require(try LineClient(daemon.process.verifySocket).lines().first))["error"]
        #expect(refused["data"]["limit"].int == 3)

        try reload(
            daemon,
            "limits: {verify: {connections: 200, connectionsPerUser: 150, reserved: 0, lineBytes: 1024}}\n"
                + "verifyLoops: 2\nallLoopsServe: true\n")
        #expect(daemon.process.waitForLog("limits.verify.connections: 200, was 3"))
        #expect(
            daemon.process.waitForLog(
                "allLoopsServe takes effect at the next start. verifyLoops takes effect at the next start."))
        let more = try (0..<147).map { _ in try LineClient(daemon.process.verifySocket) }
        for client in first + more { #expect(try client.exchange(ping).contains("ready")) }
        let over = try JSON(#require(try LineClient(daemon.process.verifySocket).lines().first))["error"]
        #expect(over["data"]["limit"].int == 150)
        first[0].send(String(repeating: " ", count: 1_025) + "\n")
        #expect(try JSON(#require(try first[0].lines().first))["error"]["data"]["code"].string == "lineTooLong")
    }

    /// What is reported as changed is in force, and was not before.
    @Test func rulesAreInForceOnceTheyAreReported() throws {
        let daemon = try TestDaemon(configuration: "operatorGroup: wheel\n")
        _ = try daemon.create("orders")
        func plan(of workspace: String) throws -> String? {
            try daemon.done("workspaces.create", #"{"name":"\#(workspace)"}"#)
            return try daemon.done("workspaces.get", #"{"workspace":"\#(workspace)"}"#)["workspace"]["plan"].string
        }
        let mayHaveNumber = #"{"name":"card-4111111111111111"}"#
        #expect(try plan(of: "before") == "standard")
        #expect(try daemon.done("keys.create", mayHaveNumber)["warnings"].elements.count == 1)
        #expect(try daemon.call("keys.rotate", #"{"key":"orders"}"#)["error"].isNull)
        try daemon.done("keys.cancelRotation", #"{"key":"orders"}"#)

        try reload(
            daemon,
            """
            operatorGroup: wheel
            plans: {standard: {apiAccess: true, maxKeys: 2}, gold: {apiAccess: true}}
            defaultPlan: gold
            naming: {personal: refuse, productionSegments: [orders]}
            """)
        #expect(daemon.process.waitForLog("event=daemon.reloaded"))
        for name in ["defaultPlan", "plans.standard", "naming.personal", "naming.productionSegments"] {
            #expect(daemon.log.contains("\(name): "), "\(name)")
        }
        #expect(try plan(of: "after") == "gold")
        #expect(try daemon.refusal("keys.create", #"{"name":"third"}"#) == "limitExceeded")
        #expect(
            try daemon.refusal("keys.create", #"{"name":"card-4012888888881881","workspace":"after"}"#)
                == "policyViolation")
        #expect(try daemon.refusal("keys.rotate", #"{"key":"orders"}"#) == "confirmationRequired")
    }

    @Test func aReloadWithoutAChangeSaysSo() throws {
        let daemon = try TestDaemon(configuration: "operatorGroup: wheel\n")
        daemon.process.signal(SIGHUP)
        #expect(daemon.process.waitForLog("read again: nothing has changed."))
        #expect(daemon.process.waitForLog("event=daemon.reloaded"))
    }

    @Test func aBadFileLeavesTheOldLimitsInForceAndNamesTheLine() throws {
        let daemon = try TestDaemon(configuration: "limits: {admin: {connections: 20, connectionsPerUser: 10}}\n")
        try reload(daemon, "limits:\n  admin:\n    connections: 0\n")
        #expect(daemon.process.waitForLog("keyward.yaml:3:18: "), "\(daemon.log)")
        #expect(daemon.process.waitForLog("event=daemon.reloadFailed"))
        let metrics = try #require(try daemon.done("system.metrics")["text"].string)
        #expect(metrics.contains("\nkeyward_config_last_reload_successful 0\n"))
        let clients = try (0..<9).map { _ in try LineClient(daemon.process.adminSocket) }
        for client in clients { #expect(try client.exchange(ping).contains("ready")) }
        #expect(try LineClient(daemon.process.adminSocket).lines().first?.contains("limitExceeded") == true)
    }

    /// A signal has no reply; the method and the command have one, for every fault in the file.
    @Test(arguments: [
        ("limits: {admin: {connections: 0}}\n", "keyward.yaml:1:31: "), ("plans: [\n", "not YAML"),
        ("defaultPlan: gold\nplans: {gold: {apiAccess: true}}\n", "lacks: standard"),
    ])
    func aReloadThatIsRefusedHasFailedForWhoeverAskedForIt(yaml: String, words: String) throws {
        let daemon = try TestDaemon(configuration: "operatorGroup: wheel\n")
        try daemon.folder.write(yaml, to: "keyward.yaml")
        let result = try daemon.done("system.reload")
        #expect(result["ok"].bool == false && result["problem"].string?.contains(words) == true, "\(result)")
        #expect(daemon.process.waitForLog("event=daemon.reloadFailed"))
        #expect(!daemon.log.contains("event=daemon.failed"))
        let metrics = try #require(try daemon.done("system.metrics")["text"].string)
        #expect(metrics.contains("\nkeyward_config_last_reload_successful 0\n"))
        let refused = try daemon.keyward("reload")
        #expect(refused.exit == 1 && refused.errors.contains(words), "\(refused)")
        try daemon.folder.write("operatorGroup: staff\n", to: "keyward.yaml")
        let taken = try daemon.keyward("reload")
        #expect(taken.exit == 0 && taken.output == "operatorGroup: staff, was wheel\n", "\(taken)")
        #expect(try daemon.done("system.reload")["changed"].elements.isEmpty)
        let after = try #require(try daemon.done("system.metrics")["text"].string)
        #expect(after.contains("\nkeyward_config_last_reload_successful 1\n"))
    }
}
