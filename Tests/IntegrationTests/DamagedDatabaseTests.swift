import Foundation
import KeywardTesting
import Testing

/// Database pages with wrong content.
struct DamagedDatabaseTests {
    private let folder: ScratchFolder
    private let state: String
    private static let pageSize = 4_096

    init() throws {
        folder = try ScratchFolder()
        state = folder.file("state")
        let daemon = try DaemonProcess(runFolder: folder.path, stateFolder: state)
        let calls = (0..<100).map { id in
            #"{"jsonrpc":"2.0","id":\#(id),"method":"keys.create","params":{"name":"key-\#(id)"}}"#
        }
        _ = try LineClient(daemon.adminSocket).exchange("[" + calls.joined(separator: ",") + "]")
        #expect(daemon.stop().exit == 0)
    }

    /// The exit status of a start, and its output; 0 for a daemon that serves, because a start does not read every
    /// page.
    private func start() throws -> (status: Int32?, output: String) {
        do {
            let daemon = try DaemonProcess(runFolder: folder.path, stateFolder: state)
            daemon.kill()
            return (0, "")
        } catch let fault as DaemonProcess.DidNotStart {
            return (fault.end.exit, fault.end.output)
        }
    }

    /// A restart does not repair it: after 71 systemd would restart the daemon every two seconds without end.
    @Test func aStartThatMeetsOneEndsWith78AndNamesTheRemedy() throws {
        let path = URL(fileURLWithPath: state + "/keyward.db")
        let good = try Data(contentsOf: path)
        var generator = SeededGenerator(seed: 5)
        var refused = 0
        for page in 0..<good.count / Self.pageSize {
            var bad = good
            let range = page * Self.pageSize..<(page + 1) * Self.pageSize
            bad.replaceSubrange(range, with: range.map { _ in UInt8.random(in: .min ... .max, using: &generator) })
            try bad.write(to: path)
            for name in ["keyward.db-wal", "keyward.db-shm"] { unlink(state + "/" + name) }
            let (status, output) = try start()
            #expect(status == 78 || status == 0, "page \(page): \(String(describing: status)) \(output)")
            guard status == 78 else { continue }
            refused += 1
            #expect(output.contains("restore"), "\(output)")
        }
        #expect(refused > 5, "\(refused)")
    }
}
