import Foundation
import KeywardTesting
import Testing

/// `keyward import` with a daemon: files of every form, what fails, and what breaks in the middle.
@Suite struct ImportTests {
    private static func secret(_ index: Int) -> String {
        "sk_live_\(String(10_000_000 + index).dropFirst())_abcdefghij"
    }

    private static func lines(_ range: Range<Int>) -> String {
        range.map { #"{"name":"legacy-\#($0)","secret":"\#(secret($0))"}"# + "\n" }.joined()
    }

    private func contents(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Files

    @Test(arguments: ["\n", "\r\n"], ["", "\u{FEFF}"])
    func aFileOfCommaSeparatedValuesHasQuotesAMarkAndEitherLineEnd(end: String, mark: String) throws {
        let daemon = try TestDaemon()
        let rows = [
            "name,secret,purpose,scopes,owner.name,metadata,expiresAt",
            #"one,\#(Self.secret(1)),"pays, daily","a:b c:*","The ""A"" team","{""n"":1}",2090-01-01T00:00:00Z"#,
            "", "two,\(Self.secret(2)),,,,,",
        ]
        try daemon.folder.write(mark + rows.joined(separator: end) + end, to: "keys.csv")
        let run = try daemon.keyward("import", daemon.folder.file("keys.csv"), "--format", "secret")
        #expect(run.exit == 0 && run.errors == "Imported 2 keys.\n", "\(run.errors)")
        let one = try daemon.done("keys.get", #"{"key":"one"}"#)["key"]
        #expect(one["purpose"].string == "pays, daily" && one["owner"]["name"].string == #"The "A" team"#)
        #expect(one["scopes"][0].string == "a:b" && one["scopes"][1].string == "c:*")
        #expect(one["metadata"]["n"].int == 1 && one["expiresAt"].string == "2090-01-01T00:00:00.000Z")
        #expect(try daemon.verdict(Self.secret(1)) == "valid" && daemon.verdict(Self.secret(2)) == "valid")
        #expect(try daemon.done("keys.get", #"{"key":"two"}"#)["key"]["purpose"].isNull)
    }

    @Test func everyMemberOfAKeyToImportHasAColumn() throws {
        let daemon = try TestDaemon()
        let members = try daemon.done("rpc.discover")["components"]["schemas"]["ForeignKey"]["properties"].names
        #expect(members.count > 10)
        try daemon.folder.write("name,nonsense\n", to: "keys.csv")
        let run = try daemon.keyward("import", daemon.folder.file("keys.csv"), "--format", "secret")
        let columns = run.errors.split(separator: "use: ").last?.split(whereSeparator: { ", \n".contains($0) }) ?? []
        // The members of an owner have a column each, such as owner.name.
        let covered = Set(columns.map { String($0.prefix { $0 != "." }) })
        #expect(covered == Set(members), "\(run.errors)")
    }

    @Test func jsonLinesMayComeFromStandardInputWithAMarkAndWithoutALastLineEnd() throws {
        let daemon = try TestDaemon()
        let text = "\u{FEFF}" + Self.lines(0..<3).replacingOccurrences(of: "\n", with: "\r\n").dropLast()
        let run = try daemon.keyward("import", "-", "--format", "secret", input: text)
        #expect(run.exit == 0 && run.errors == "Imported 3 keys.\n", "\(run.errors)")
        for index in 0..<3 { #expect(try daemon.verdict(Self.secret(index)) == "valid") }
    }

    @Test func oneKeyThatWasThereIsCountedAsOne() throws {
        let daemon = try TestDaemon()
        for said in ["Imported 1 key.\n", "Imported 0 keys; 1 was there already.\n"] {
            let run = try daemon.keyward("import", "-", "--format", "secret", input: Self.lines(0..<1))
            #expect(run.exit == 0 && run.errors == said, "\(run.errors)")
        }
    }

    @Test func afterABreakWithFailedRowsTheCommandIsRepeatedWithAnotherFile() throws {
        let daemon = try TestDaemon()
        try daemon.folder.write("{}\n" + Self.lines(0..<1), to: "keys")
        daemon.process.stop()
        let failed = daemon.folder.file("failed")
        let run = try daemon.keyward("import", daemon.folder.file("keys"), "--format", "secret", "--failed", failed)
        #expect(run.exit == 2 && run.errors.contains("with another file for --failed"), "\(run.errors)")
        // The row is kept, and its file is never overwritten.
        let again = try daemon.keyward("import", daemon.folder.file("keys"), "--format", "secret", "--failed", failed)
        #expect(again.errors.contains("name another file") && contents(failed) == "{}\n", "\(again.errors)")
    }

    @Test func onATerminalAProgressLineGivesWayToWhatIsReported() throws {
        let daemon = try TestDaemon()
        // Two calls; the second has the rows that fail.
        try daemon.folder.write(
            Self.lines(0..<10_050) + "{}\n" + Self.lines(10_050..<10_051) + "[]\n", to: "keys")
        let process = try TerminalProcess(
            Command.path, ["import", daemon.folder.file("keys"), "--format", "secret", "--dry-run"],
            environment: Command.environment(daemon.process.runFolder))
        #expect(process.waitForText("of 10,053 failed"), "\(process.text)")
        let end = process.wait()
        #expect(end.exit == 1)
        let clear = "\r\u{1B}[K"
        let percent = try #require(end.output.firstMatch(of: /\e\[K[0-9,]+ rows, ([0-9]+) % of the file/))
        #expect(try (1...100).contains(#require(Int(percent.1))))
        for line in ["Line 10051: ", "Line 10053: ", "Would import 10,051 keys."] {
            let range = try #require(end.output.firstRange(of: line), "\(end.output)")
            let before = end.output[..<range.lowerBound]
            #expect(before.hasSuffix(clear) || before.hasSuffix("\r\n"), "\(end.output)")
        }
    }

    @Test func failedRowsGoToANewFileThatIsMendedAndRepeated() throws {
        let daemon = try TestDaemon()
        let failed = daemon.folder.file("failed")
        let rows = [
            "name,secret", "good,\(Self.secret(1))", "Not A Slug,\(Self.secret(2))", "short,\"a\nb\"",
            "native,kw_8FqL2mXw_0123456789ABCDEFGHIJKLMNOPQRST34I68P", "a\"b,x", "one-field",
            "kw_8FqL2mXw_0123456789ABCDEFGHIJKLMNOPQRST34I68P,\(Self.secret(9))",
        ]
        try daemon.folder.write(rows.joined(separator: "\n") + "\n", to: "keys.csv")
        let run = try daemon.keyward(
            "import", daemon.folder.file("keys.csv"), "--format", "secret", "--failed", failed)
        #expect(run.exit == 1)
        #expect(run.errors.contains("Imported 1 key.\n") && run.errors.contains("6 rows of 7 failed"), "\(run.errors)")
        for line in [3, 4, 6, 7, 8, 9] { #expect(run.errors.contains("Line \(line): "), "\(line): \(run.errors)") }
        for text in ["sk_live", "0123456789ABCDEFGHIJ"] {
            #expect(!run.errors.contains(text) && !daemon.log.contains(text))
        }
        let written = try #require(contents(failed)).split(separator: "\n").map(String.init)
        #expect(
            written.first == "name,secret"
                && Set(written)
                    == Set(rows.joined(separator: "\n").split(separator: "\n").map(String.init)).subtracting([rows[1]])
        )
        var status = stat()
        #expect(stat(failed, &status) == 0 && status.st_mode & 0o7777 == 0o600)
        // It is never overwritten.
        #expect(try daemon.keyward("import", "-", "--format", "secret", "--failed", failed).exit == 3)

        try daemon.folder.write(
            "name,secret\nmended,\(Self.secret(2))\n", to: "mended.csv")
        let second = try daemon.keyward(
            "import", daemon.folder.file("mended.csv"), "--format", "secret", "--failed", failed + "-2")
        #expect(second.exit == 0 && contents(failed + "-2") == nil)
    }

    @Test(arguments: [
        ("import", "no file", 3), ("name,secret,color\n", "Unknown column", 3), ("secret\na\n", "among them name", 3),
        ("name,secret,name\n", "twice", 3), (" \n", "has no row", 3), ("", "has no row", 3),
    ])
    func aFileThatCannotBeUsedIsAnErrorOfUse(text: String, words: String, status: Int32) throws {
        let daemon = try TestDaemon()
        if text != "import" { try daemon.folder.write(text, to: "keys") }
        let run = try daemon.keyward("import", daemon.folder.file("keys"), "--format", "secret")
        #expect(run.exit == status && (text == "import" || run.errors.contains(words)), "\(run.errors)")
    }

    @Test func aDryRunTellsWhatWouldBeImported() throws {
        let daemon = try TestDaemon()
        let run = try daemon.keyward("import", "-", "--format", "secret", "--dry-run", input: Self.lines(0..<3))
        #expect(run.exit == 0 && run.errors == "Would import 3 keys.\n", "\(run.errors)")
        #expect(try daemon.verdict(Self.secret(1)) == "malformed")
    }

    @Test func oneEntryOfTheLogStandsForACallAndTheTrailHasOneForEachKey() throws {
        let daemon = try TestDaemon()
        #expect(try daemon.keyward("import", "-", "--format", "secret", input: Self.lines(0..<150)).exit == 0)
        let lines = daemon.log.split(separator: "\n").filter { $0.contains("key.imported") }
        #expect(lines.count == 1 && lines[0].contains("150 created") && !daemon.log.contains("sk_live"))
        let trail = try daemon.done("audit.list", #"{"limit":500}"#)["entries"].elements
        #expect(trail.filter { $0["action"].string == "key.imported" }.count == 150)
        #expect(try daemon.done("audit.check")["ok"].bool == true)
        // A start has no entry to write after that one.
        try daemon.crash()
        #expect(!daemon.process.log.contains("key.imported") && !daemon.process.log.contains("notJournalled"))
    }

    // MARK: In the middle

    /// The daemon is killed while it imports; the same command then imports the rest.
    @Test func anImportThatBreaksInTheMiddleIsRepeated() throws {
        let daemon = try TestDaemon()
        let count = 30_000
        try daemon.folder.write(Self.lines(0..<count), to: "keys")
        let child = try ChildProcess(
            Command.path, ["import", daemon.folder.file("keys"), "--format", "secret"],
            environment: Command.environment(daemon.process.runFolder), splitErrors: true)
        // Some parts of a call are in force, and others are not.
        while try daemon.done("keys.list", #"{"limit":1,"total":true}"#)["total"].int == 0 {}
        daemon.process.kill()
        let end = child.wait()
        #expect(end.exit == 2, "\(end.errors)")
        try daemon.startAgain()
        let before = try daemon.done("keys.list", #"{"limit":1,"total":true}"#)["total"].int ?? 0
        let run = try daemon.keyward("import", daemon.folder.file("keys"), "--format", "secret")
        #expect(run.exit == 0, "\(run.errors)")
        let words = run.errors.filter(\.isNumber)
        #expect(words == "\(count - before)\(before)", "\(run.errors), \(before)")
        #expect(before > 0 && before < count)
        for index in [0, count / 2, count - 1] { #expect(try daemon.verdict(Self.secret(index)) == "valid") }
        #expect(try daemon.done("audit.check")["ok"].bool == true)
    }

    @Test(.enabled(if: Mount.isAllowed, "needs root, to mount a small file system"))
    func aDiskThatFillsDuringAnImportIsFreedAndTheImportRepeated() throws {
        let folder = try ScratchFolder()
        let disk = folder.file("disk")
        mkdir(disk, 0o700)
        let mount = try Mount(at: disk, options: "size=8m,mode=700")
        defer { withExtendedLifetime(mount) {} }
        let daemon = try DaemonProcess(runFolder: folder.path, stateFolder: disk + "/state")
        let ballast = disk + "/ballast"
        #expect(FileManager.default.createFile(atPath: ballast, contents: Data(count: 3 << 20)))
        try folder.write(Self.lines(0..<3_000), to: "keys")
        func run() throws -> ChildEnd {
            try Command.run(["import", folder.file("keys"), "--format", "secret"], in: folder.path)
        }
        let first = try run()
        #expect(first.exit == 1 && first.errors.contains("Make room"), "\(first.errors)")
        #expect(first.errors.contains("Repeat the command"), "\(first.errors)")
        unlink(ballast)
        unlink(folder.file("keys"))
        // What was answered as imported is there; the rest of a smaller file fits now.
        let done = Int(first.errors.dropFirst("Imported ".count).prefix { $0 != " " }.filter(\.isNumber)) ?? 0
        try folder.write(Self.lines(0..<min(done + 500, 3_000)), to: "keys")
        #expect(daemon.waitForLog("store.writable"))
        let second = try run()
        #expect(second.exit == 0 && second.errors.contains("were there already"), "\(second.errors)")
        #expect(daemon.stop().exit == 0)
    }
}
