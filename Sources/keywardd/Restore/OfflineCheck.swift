internal import KeywardCore
internal import KeywardStore

/// `keywardd check`: finds faults in the state of a daemon that does not run.
enum OfflineCheck {
    /// The result: one line per part, and the problems.
    struct Outcome {
        var lines: [String] = []
        var problems: [String] = []

        var text: String {
            (lines + (problems.isEmpty ? ["All is well."] : problems.map { "Problem: \($0)" })).joined(separator: "\n")
        }
    }

    /// - Parameter runtimeFolder: the folder of the usage ledger; `nil` if it is unknown.
    static func run(_ state: StoppedState, runtimeFolder: String?) throws(StartFault) -> Outcome {
        let path = state.folder.file("keyward.db")
        let database: ClosedDatabase
        do { database = try ClosedDatabase(path: path) } catch { throw StartFault(error) }
        var outcome = Outcome()
        guard database.schemaVersion == ClosedDatabase.latestSchema else {
            outcome.problems.append(
                "The database has schema version \(database.schemaVersion); the daemon brings it to "
                    + "\(ClosedDatabase.latestSchema) at its next start. Check it after that.")
            return outcome
        }
        do throws(StoreFault) {
            let kept = try? AuditHeadFile.look(in: state.folder, for: AuditHeadFile.name)
            let check = try TrailCheck(database, peppers: state.peppers, kept: kept ?? .damaged)
            outcome.lines = [
                "Database  \(path), schema \(database.schemaVersion), \(try database.countKeys()) keys",
                "Pepper    \(state.pepperPath)", "Audit     \(check.head.seq) entries",
                "Ledger    \(try ledger(of: database, in: runtimeFolder))",
            ]
            outcome.problems = check.problems
        } catch {
            throw StartFault(error)
        }
        return outcome
    }

    private static func ledger(of database: ClosedDatabase, in folder: String?) throws(StoreFault) -> String {
        guard let folder else { return "not looked for: name the folder with --run-dir" }
        let path = folder + "/" + UsageLedgerFile.name
        guard let owner = LedgerFile.owner(ofFile: path) else { return "none in \(folder); usage is as stored" }
        let state = try database.loadState()
        return owner.databaseID == state.databaseID && owner.generation == state.generation
            ? "\(path) belongs to this database"
            : "\(path) belongs to another database or another copy of this one; usage is as stored"
    }
}
