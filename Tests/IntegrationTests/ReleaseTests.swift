import Foundation
import KeywardTesting
import Testing

/// The state folders of earlier releases, as users have them on disk (Tests/Releases).
struct ReleaseTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Releases")

    private static let releases: [String] =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.filter { $0.first?.isNumber == true }
        .sorted() ?? []

    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    /// Starts the daemon with a copy of the release's state folder.
    private func start(_ release: String) throws -> DaemonProcess {
        let files = FileManager.default
        try files.createDirectory(
            atPath: scratch.file("state"), withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        for name in ["keyward.db", "pepper", "audit-head"] {
            let copy = scratch.file("state/\(name)")
            try files.copyItem(atPath: Self.folder.appending(path: "\(release)/\(name)").path, toPath: copy)
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy)
        }
        return try DaemonProcess(
            runFolder: scratch.path, stateFolder: scratch.file("state"),
            configuration: Self.folder.appending(path: "keyward.yaml").path)
    }

    private func result(_ client: LineClient, _ method: String, _ params: String) throws -> JSON {
        let reply = try client.exchange(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#)
        return try JSON(reply)["result"]
    }

    @Test func thereIsOneOfEachRelease() {
        #expect(Self.releases == ["0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0"])
    }

    @Test(arguments: releases) func everyKeyIsAsItsReleaseLeftIt(release: String) throws {
        let daemon = try start(release)
        let expected = try JSON(
            String(contentsOf: Self.folder.appending(path: "\(release)/expected.json"), encoding: .utf8))
        let admin = try LineClient(daemon.adminSocket)
        let verifier = try LineClient(daemon.verifySocket)
        let keys = expected["keys"].elements
        #expect(keys.count > 10)
        for entry in keys {
            let known = entry["key"]
            let id = try #require(known["id"].string)
            let key = try result(admin, "keys.get", #"{"key":"\#(id)"}"#)["key"]
            for name in known.names {
                #expect(key[name].holds(known[name]), "\(known["name"]): \(name)")
            }
            guard let code = entry["code"].string, let secret = entry["secret"].string else { continue }
            let answer = try result(verifier, "keys.verify", #"{"key":"\#(secret)","workspace":"*"}"#)
            #expect(answer["code"].string == code, "\(known["name"])")
        }
        let trail = try result(admin, "audit.check", "{}")
        #expect(trail["ok"].bool == true && (trail["entries"].int ?? 0) >= (expected["entries"].int ?? .max))
        #expect(daemon.stop().exit == 0)
    }
}

extension JSON {
    /// Whether it has everything that `known` has; a later version may add members to objects.
    fileprivate func holds(_ known: JSON) -> Bool {
        if !known.names.isEmpty { return known.names.allSatisfy { self[$0].holds(known[$0]) } }
        guard !known.elements.isEmpty else { return self == known }
        return elements.count == known.elements.count && zip(elements, known.elements).allSatisfy { $0.holds($1) }
    }
}
