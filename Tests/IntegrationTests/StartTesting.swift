import Foundation
import KeywardTesting
import Testing

/// A suite that starts daemons on one state folder; most of them must fail.
protocol StartTesting {
    var folder: ScratchFolder { get }
    var state: String { get }
}

extension StartTesting {
    /// Starts a daemon that must fail; checks its status and that one line has all of `words`.
    func expectFault(
        _ status: Int32, _ words: String..., run: String? = nil, state: String? = nil, configuration: String? = nil,
        more: [String] = [], at place: SourceLocation = #_sourceLocation
    ) throws {
        let end: ChildEnd
        do {
            _ = try DaemonProcess(
                runFolder: run ?? folder.path, stateFolder: state ?? self.state, configuration: configuration,
                more: more)
            Issue.record("it started", sourceLocation: place)
            return
        } catch let fault as DaemonProcess.DidNotStart {
            end = fault.end
        }
        #expect(end.exit == status, "\(end.output)", sourceLocation: place)
        #expect(end.output.split(separator: "\n").count == 1, "\(end.output)", sourceLocation: place)
        for word in words { #expect(end.output.contains(word), "\(word): \(end.output)", sourceLocation: place) }
    }

    /// Starts a daemon that must succeed.
    func start() throws -> DaemonProcess {
        try DaemonProcess(runFolder: folder.path, stateFolder: state)
    }

    /// Lets a daemon create the state folder, optionally with a key, and stops it. Returns the key's secret.
    @discardableResult func makeState(withKey: Bool = true) throws -> String {
        let daemon = try start()
        var secret = ""
        if withKey {
            let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.create","params":{"name":"staging-api"}}"#
            secret = try JSON(LineClient(daemon.adminSocket).exchange(line))["result"]["secret"].string ?? ""
        }
        #expect(daemon.stop().exit == 0)
        return secret
    }

    /// Overwrites bytes of a file in the state folder.
    func patch(_ name: String, at offset: UInt64, _ bytes: [UInt8]) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: state + "/" + name))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }
}
