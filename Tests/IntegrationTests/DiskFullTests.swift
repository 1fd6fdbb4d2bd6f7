import Foundation
import KeywardTesting
import Testing

/// A full disk stops only changes, and the daemon detects free space without a restart.
@Suite(.enabled(if: Mount.isAllowed, "needs root, to mount a small file system"))
struct DiskFullTests {
    @Test func aFullDiskRefusesChangesWhileVerificationsGoOnUntilThereIsRoomAgain() throws {
        let folder = try ScratchFolder()
        let disk = folder.file("disk")
        mkdir(disk, 0o700)
        let mount = try Mount(at: disk, options: "size=4m,mode=700")
        defer { withExtendedLifetime(mount) {} }
        let daemon = try DaemonProcess(runFolder: folder.path, stateFolder: disk + "/state")
        let admin = try LineClient(daemon.adminSocket)
        func call(_ method: String, _ params: String) throws -> JSON {
            try JSON(admin.exchange(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#))
        }
        let secret = try #require(try call("keys.create", #"{"name":"staging-api"}"#)["result"]["secret"].string)

        try Self.fill(disk + "/ballast")
        var refusal: JSON?
        for index in 0..<2_000 where refusal == nil {
            let error = try call("keys.create", #"{"name":"filler-\#(index)"}"#)["error"]
            if !error.isNull { refusal = error }
        }
        let error = try #require(refusal)
        #expect(error["code"].int == -32008 && error["data"]["code"].string == "readOnly")
        #expect(error["message"].string?.contains("Make room") == true)
        #expect(try call("system.ping", "{}")["result"]["state"].string == "readOnly")
        #expect(try call("keys.revoke", #"{"key":"staging-api","reason":"other"}"#)["error"]["code"].int == -32008)
        for _ in 0..<100 {
            let answer = try call("keys.verify", #"{"key":"\#(secret)"}"#)["result"]
            #expect(answer["valid"].bool == true)
        }
        #expect(daemon.waitForLog("store.readOnly"))

        unlink(disk + "/ballast")
        #expect(daemon.waitForLog("store.writable"))
        #expect(try call("system.ping", "{}")["result"]["state"].string == "ready")
        let revoked = try call("keys.revoke", #"{"key":"staging-api","reason":"other","confirm":true}"#)["result"][
            "key"]
        #expect(revoked["status"].string == "revoked" && revoked["usageCount"].int == 100)
        #expect(try call("audit.check", "{}")["result"]["ok"].bool == true)
        #expect(daemon.stop().exit == 0)
    }

    @Test func aBackupThatFindsNoRoomIsNotBlamedOnTheDatabase() throws {
        let folder = try ScratchFolder()
        let disk = folder.file("disk")
        mkdir(disk, 0o700)
        let mount = try Mount(at: disk, options: "size=4m,mode=700")
        defer { withExtendedLifetime(mount) {} }
        let daemon = try DaemonProcess(runFolder: folder.path, stateFolder: disk + "/state")
        let admin = try LineClient(daemon.adminSocket)
        func call(_ method: String, _ params: String) throws -> JSON {
            try JSON(admin.exchange(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#))
        }
        _ = try call("keys.create", #"{"name":"staging-api"}"#)
        // The folder exists; now there is space for some changes, but not for a copy.
        #expect(try call("system.backup", #"{"name":"first"}"#)["result"]["file"].string != nil)
        try Self.fill(disk + "/ballast")
        let length = try #require(FileManager.default.attributesOfItem(atPath: disk + "/ballast")[.size] as? Int)
        truncate(disk + "/ballast", length - 65_536)
        let error = try call("system.backup", #"{"name":"second"}"#)["error"]
        #expect(error["data"]["code"].string == "readOnly")
        #expect(error["message"].string?.contains("The backup found no room") == true, "\(error)")
        #expect(error["message"].string?.contains("The database is not affected") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk + "/state/backups") == ["first"])
        #expect(try call("system.ping", "{}")["result"]["state"].string == "ready")
        #expect(try call("keys.disable", #"{"key":"staging-api"}"#)["error"].isNull)
    }

    @Test func aDiskThatIsFullAtTheStartIsToldOfWithTheRemedy() throws {
        let folder = try ScratchFolder()
        let disk = folder.file("disk")
        mkdir(disk, 0o700)
        let mount = try Mount(at: disk, options: "size=4m,mode=700")
        defer { withExtendedLifetime(mount) {} }
        func start() throws -> DaemonProcess {
            try DaemonProcess(runFolder: folder.path, stateFolder: disk + "/state")
        }
        func expectFault() {
            let fault = #expect(throws: DaemonProcess.DidNotStart.self) { _ = try start() }
            #expect(fault?.end.exit == 71, "\(fault?.end.output ?? "")")
            #expect(fault?.end.output.lowercased().contains("make room") == true, "\(fault?.end.output ?? "")")
            #expect(fault?.end.output.split(separator: "\n").count == 1, "\(fault?.end.output ?? "")")
        }
        // On the first start, and on one with a database.
        mkdir(disk + "/state", 0o700)
        try Self.fill(disk + "/ballast")
        expectFault()
        unlink(disk + "/ballast")
        #expect(try start().stop().exit == 0)
        try Self.fill(disk + "/ballast")
        expectFault()
        unlink(disk + "/ballast")
        #expect(try start().stop().exit == 0)
    }

    /// Fills the disk.
    private static func fill(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemFailure("open \(path)") }
        defer { close(descriptor) }
        let block = [UInt8](repeating: 1, count: 4_096)
        while write(descriptor, block, block.count) > 0 {}
    }
}
