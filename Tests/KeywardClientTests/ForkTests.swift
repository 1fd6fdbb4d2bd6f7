import Glibc
import KeywardClient
import ScriptedDaemon
import Testing

/// fork(2), which Swift hides because a child of a process with threads can do little.
private func forkProcess() -> pid_t {
    typealias Fork = @convention(c) () -> pid_t
    guard let symbol = dlsym(nil, "fork") else { return -1 }
    return unsafeBitCast(symbol, to: Fork.self)()
}

/// Forks; the child runs `body` and exits: with status 0 if it threw `forked`. Returns the child's status.
private func statusOfChild(_ body: () async throws -> some Sendable) async -> Int32 {
    let child = forkProcess()
    guard child == 0 else {
        var status: Int32 = -1
        waitpid(child, &status, 0)
        return status
    }
    do {
        _ = try await body()
        _exit(1)
    } catch KeywardError.forked {
        _exit(0)
    } catch {
        _exit(2)
    }
}

@Suite struct ForkTests {
    @Test func `A forked child writes nothing on its parent's connection`() async {
        await #expect(processExitsWith: .success) {
            let daemon = ScriptedDaemon { _ in .result(#"{"state":"ready"}"#) }
            defer { daemon.stop() }
            let client = try KeywardClient(socket: daemon.path, timeout: patience)
            #expect(try await client.ping() == .ready)
            #expect(await statusOfChild { try await client.disableKey("a") } == 0)
            #expect(try await client.ping() == .ready)
            #expect(daemon.received.map(Request.method) == ["system.ping", "system.ping"])
        }
    }

    @Test func `A client that a forked child closes serves its parent on`() async {
        await #expect(processExitsWith: .success) {
            let daemon = ScriptedDaemon { _ in .result(#"{"state":"ready"}"#) }
            defer { daemon.stop() }
            let client = try KeywardClient(socket: daemon.path, timeout: patience)
            #expect(try await client.ping() == .ready)
            let status = await statusOfChild {
                client.close()
                return try await client.ping()
            }
            #expect(status == 0)
            #expect(try await client.ping() == .ready)
        }
    }

    @Test func `A forked child does not wait for its parent's events`() async {
        await #expect(processExitsWith: .success) {
            let daemon = ScriptedDaemon { _ in .result(#"{"subscription":"sub-1","seq":3}"#) }
            defer { daemon.stop() }
            let events = try await KeywardClient(socket: daemon.path, timeout: patience).events()
            let status = await statusOfChild {
                var iterator = events.makeAsyncIterator()
                return try await iterator.next()
            }
            #expect(status == 0)
        }
    }
}
