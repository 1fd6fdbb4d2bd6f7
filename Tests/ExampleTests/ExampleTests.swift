import Foundation
import Testing

/// The examples do what they say, against the daemon of this build.
struct ExampleTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let hasPython = Command.exists("python3")
    private static let hasSocat = Command.exists("socat")

    private let daemon: RunningDaemon

    init() throws {
        daemon = try RunningDaemon()
    }

    private func run(_ file: String, _ input: String) throws -> Command {
        try Command.run([Self.root.appending(path: "Examples/\(file)").path], daemon.environment, input: input)
    }

    @Test(.enabled(if: hasPython)) func thePythonExampleTellsGoodKeysFromOthers() throws {
        let secret = try daemon.makeKey("staging-python")
        let good = try run("python/keyward_verify.py", secret + "\n")
        #expect(good.status == 0)
        #expect(good.output == "valid staging-python")
        let cut = try run("python/keyward_verify.py", secret.dropLast() + "\n")
        #expect(cut.status == 5)
        #expect(cut.output == "malformed -")
    }

    @Test(.enabled(if: hasPython)) func thePythonClientConnectsAgainAfterARestart() throws {
        let secret = try daemon.makeKey("staging-python")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.loop, Self.root.appending(path: "Examples/python").path]
        process.environment = daemon.environment
        let (given, sweepMarks) = (Pipe(), Pipe())
        process.standardInput = given
        process.standardOutput = sweepMarks
        try process.run()
        for _ in 0..<2 {
            try given.fileHandleForWriting.write(contentsOf: Data((secret + "\n").utf8))
            #expect(try sweepMarks.fileHandleForReading.read(upToCount: 6) == Data("valid\n".utf8))
            daemon.stop()
            try daemon.start()
        }
        try given.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private static let loop = """
        import sys
        sys.path.insert(0, sys.argv[1])
        sys.dont_write_bytecode = True
        from keyward_verify import Keyward
        keyward = Keyward()
        for line in sys.stdin:
            print(keyward.verify(line.strip())["code"], flush=True)
        """

    @Test(.enabled(if: hasPython)) func thePythonClientSaysThatThereIsNoAnswerInsteadOfNo() throws {
        let secret = try daemon.makeKey("staging-python")
        daemon.stop()
        let result = try run("python/keyward_verify.py", secret + "\n")
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
    }

    @Test(.enabled(if: hasPython)) func thePythonClientPassesItsOwnTests() throws {
        let tests = Self.root.appending(path: "Examples/python/test_keyward_verify.py").path
        let result = try Command.run(["python3", "-W", "ignore", tests], daemon.environment)
        #expect(result.status == 0)
    }

    @Test(.enabled(if: hasSocat)) func theShellExamplePrintsTheAnswer() throws {
        let secret = try daemon.makeKey("staging-shell")
        let good = try run("shell/verify.sh", secret)
        #expect(good.output.contains(#""result":{"valid":true,"code":"valid","#))
        let other = try run("shell/verify.sh", String(secret.reversed()))
        #expect(other.output.contains(#""result":{"valid":false,"code":"malformed","#))
        #expect(try run("shell/verify.sh", #"","workspace":"*"#).status == 5)
    }

    @Test func theSwiftExampleAsksForItsScope() throws {
        let example = RunningDaemon.products.appending(path: "VerifyExample").path
        let good = try daemon.makeKey("staging-swift", ["--scope", "orders:*"])
        #expect(try Command.run([example], daemon.environment, input: good).output == "welcome, staging-swift")
        let narrow = try daemon.makeKey("staging-narrow")
        #expect(try Command.run([example], daemon.environment, input: narrow).output == "refused: insufficientScope")
        daemon.stop()
        #expect(try Command.run([example], daemon.environment, input: good).output.hasPrefix("unknown: "))
    }
}
