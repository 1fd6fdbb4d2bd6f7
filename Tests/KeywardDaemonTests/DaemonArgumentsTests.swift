import Testing

@testable import keywardd

struct DaemonArgumentsTests {
    @Test func withoutArgumentsTheUnitsPlacesHold() throws {
        let arguments = try DaemonArguments([], environment: { _ in nil })
        #expect(arguments.action == .run)
        #expect(arguments.stateFolder == "/var/lib/keyward")
        #expect(arguments.runFolder == nil && arguments.configurationFile == nil && arguments.readyDescriptor == nil)
    }

    @Test func theServiceManagersStateDirectoryIsTheDefault() throws {
        let environment = { $0 == "STATE_DIRECTORY" ? "/a:/b" : nil }
        #expect(try DaemonArguments([], environment: environment).stateFolder == "/a")
        #expect(try DaemonArguments(["--state-dir", "/c"], environment: environment).stateFolder == "/c")
    }

    @Test func everyOptionIsReadInBothForms() throws {
        let one = ["--run-dir", "r", "--state-dir", "s", "--config", "c", "--ready-fd", "3"]
        let two = ["--run-dir=r", "--state-dir=s", "--config=c", "--ready-fd=3"]
        let arguments = try DaemonArguments(one, environment: { _ in nil })
        #expect(arguments == (try DaemonArguments(two, environment: { _ in nil })))
        #expect(arguments.runFolder == "r")
        #expect(arguments.stateFolder == "s")
        #expect(arguments.configurationFile == "c")
        #expect(arguments.readyDescriptor == 3)
    }

    @Test func aRestoreHasItsFile() throws {
        let arguments = try DaemonArguments(
            ["--state-dir", "s", "restore", "b.db", "--reapply"], environment: { _ in nil })
        #expect(arguments.backup == "b.db" && arguments.reapplies && arguments.namesState)
        #expect(try !DaemonArguments(["restore", "b.db"], environment: { _ in nil }).namesState)
    }

    @Test(arguments: [
        (["--check-config"], DaemonArguments.Action.checkConfiguration), (["--version"], .showVersion),
        (["--init"], .initialize), (["check"], .check), (["restore", "f"], .restore),
        (["remove-pepper", "5e11c0de"], .removePepper), (["--help"], .showHelp),
        (["-h"], .showHelp),
    ])
    func anActionIsRead(arguments: [String], action: DaemonArguments.Action) throws {
        #expect(try DaemonArguments(arguments, environment: { _ in nil }).action == action)
    }

    @Test(arguments: [
        (["--rundir", "x"], "There is no option --rundir. Did you mean --run-dir?"),
        (["serve"], "keywardd has no command 'serve'."),
        (["chekc"], "keywardd has no command 'chekc'. Did you mean check?"),
        (["restore"], "restore needs a file: one that keyward backup has written."),
        (["restore", "--reapply"], "restore needs a file: one that keyward backup has written."),
        (["check", "--reapply"], "--reapply is valid only with restore."),
        (["--reapply=1", "restore", "f"], "--reapply takes no value."),
        (["restore", "f", "check"], "check cannot be combined with another action."),
        (["--run-dir"], "--run-dir needs a value."),
        (["--run-dir", "--state-dir"], "--run-dir needs a value."),
        (["--run-dir="], "--run-dir needs a value."),
        (["--help=x"], "--help takes no value."),
        (["--help", "--version"], "--version cannot be combined with another action."),
        (["--config", "a", "--config", "b"], "--config is given twice."),
        (["--ready-fd", "x"], "--ready-fd needs the number of an open descriptor, 3 or more."),
        (["--ready-fd", "1"], "--ready-fd needs the number of an open descriptor, 3 or more."),
        ([""], "keywardd has no command ''."),
    ])
    func aWrongCommandLineIsExplained(arguments: [String], problem: String) {
        let fault = #expect(throws: StartFault.self) {
            try DaemonArguments(arguments, environment: { _ in nil })
        }
        #expect(fault?.problem == problem)
        #expect(fault?.status == .usage)
    }
}
