import Foundation
import KeywardTesting
import Testing

/// `keyward-gateway --check-config`, and what the program says about files that it cannot use.
struct GatewayCheckTests {
    private struct Report: Decodable, Equatable {
        struct Checked: Decodable, Equatable {
            var site: String
            var file: String
            var ok: Bool
        }

        struct Fault: Decodable, Equatable {
            var file: String
            var line: Int?
            var column: Int?
            var message: String
        }

        var ok: Bool
        var sites: [Checked]
        var faults: [Fault]
    }

    private func run(_ arguments: String...) throws -> ChildEnd {
        try ChildProcess(GatewayProcess.executable, arguments, splitErrors: true).wait()
    }

    private func report(_ end: ChildEnd) throws -> Report {
        try JSONDecoder().decode(Report.self, from: Data(end.output.utf8))
    }

    @Test func aGoodFileIsReportedAsJSON() throws {
        let folder = try ScratchFolder()
        try folder.write("proxy: nginx\n" + GatewayProcess.rules, to: "shop.yaml")
        let file = folder.file("shop.yaml")
        let end = try run("--check-config", "--json", "--config", file)
        #expect(end.exit == 0 && end.errors.isEmpty)
        let expected = Report(ok: true, sites: [Report.Checked(site: "shop", file: file, ok: true)], faults: [])
        #expect(try report(end) == expected)
    }

    @Test func aFaultIsReportedAsJSONWithItsLine() throws {
        let folder = try ScratchFolder()
        try folder.write("proxy: nginx\nfailOpn: true\n" + GatewayProcess.rules, to: "shop.yaml")
        let file = folder.file("shop.yaml")
        let end = try run("--check-config", "--json", "--config", file)
        #expect(end.exit == 78 && end.errors.isEmpty)
        let message = "unknown member 'failOpn' in the top level; did you mean 'failOpen'?"
        let expected = Report(
            ok: false, sites: [Report.Checked(site: "shop", file: file, ok: false)],
            faults: [Report.Fault(file: file, line: 2, column: 1, message: message)])
        #expect(try report(end) == expected)
    }

    /// Members have one order, and an absent line is null: programs may compare the text.
    @Test func theFormOfTheJSONIsStable() throws {
        let folder = try ScratchFolder()
        try folder.write("", to: "shop.yaml")
        let file = folder.file("shop.yaml")
        let end = try run("--check-config", "--json", "--config", file)
        let text = """
            {"ok":false,"sites":[{"site":"shop","file":"\(file)","ok":false}],"faults":[{"file":"\(file)","line":null,\
            "column":null,"message":"'proxy' is missing"}]}\n
            """
        #expect(end.output == text)
    }

    @Test func aMissingFileIsNamedWithItsRemedy() throws {
        for arguments in [["absent"], ["--check-config", "absent"]] {
            let end = try ChildProcess(GatewayProcess.executable, arguments).wait()
            #expect(end.exit == 78)
            #expect(end.output.contains("/etc/keyward/gateway/absent.yaml: there is no such file. Create it: "))
            #expect(end.output.contains("/usr/share/doc/keyward/examples/gateway/shop.yaml"))
            #expect(end.output.contains("keyward-gateway.yaml(5)"))
        }
    }

    @Test func theNameOfAFileInPlaceOfASiteIsNoticed() throws {
        #expect(try run("shop.yaml").errors.contains("named without .yaml: keyward-gateway shop"))
        let path = try run("/etc/keyward/gateway/shop.yaml")
        #expect(path.exit == 64 && path.errors.contains("Give a file with --config."))
    }

    @Test(arguments: [
        ("--check-confg", "Did you mean '--check-config'?"), ("--json shop", "--json needs --check-config."),
        ("--reload --check-config shop", "Give --check-config or --reload."), ("", "Name a site"),
        ("--reload", "Name a site"),
    ])
    func aMistakeInTheCommandLineIsNamed(arguments: String, message: String) throws {
        let words = arguments.split(separator: " ").map(String.init)
        let end = try ChildProcess(GatewayProcess.executable, words).wait()
        #expect(end.exit == 64 && end.output.contains(message), "\(end.output)")
    }
}
