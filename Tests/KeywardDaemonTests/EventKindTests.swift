import Foundation
import KeywardCore
import KeywardVocabulary
import Testing

@testable import keywardd

/// The list of entries, and the catalog that explains each of them to readers of the journal.
struct EventKindTests {
    private static let kinds =
        EventKind.Own.allCases.map { EventKind.own($0) }
        + AuditAction.allCases.map { EventKind.audit($0) }

    @Test func eachKindHasANumberOfItsOwn() {
        let numbers = Self.kinds.map(\.messageID)
        #expect(Set(numbers).count == numbers.count)
        for number in numbers {
            #expect(number.utf8.count == 32 && number.allSatisfy { "0123456789abcdef".contains($0) }, "\(number)")
            // A random UUID (RFC 9562): version 4, variant 10.
            #expect(number.dropFirst(12).first == "4" && "89ab".contains(number.dropFirst(16).first ?? " "))
        }
    }

    @Test func anEntryHasTheNameOfItsAction() {
        for action in AuditAction.allCases {
            #expect(EventKind(of: Self.record(of: action.rawValue)).name == action.rawValue)
        }
        #expect(EventKind(of: Self.record(of: "key.melted")).name == "audit.other")
        // A kind of the daemon's own is no action.
        #expect(EventKind(of: Self.record(of: "daemon.ready")).name == "audit.other")
    }

    private static func record(of action: String) -> AuditRecord {
        AuditRecord(
            seq: 1, at: .distantPast, actor: Actor(uid: 0), action: action, workspace: nil, keyID: nil, details: "{}",
            pepper: PepperID(rawValue: 1), hash: Digest(words: .zero))
    }

    @Test func whatTheAuditTrailHasIsLeftOutFirstAndTheDaemonsOwnLifeLast() {
        for kind in Self.kinds where kind.name.hasPrefix("daemon.") || kind.name.hasPrefix("store.") {
            #expect(kind.importance == .essential, "\(kind)")
        }
        #expect(EventKind.audit(.keyCreated).importance == .mirror && EventKind.own(.auditOther).importance == .mirror)
        #expect(EventKind.audit(.auditTailMissing).importance == .essential)
        #expect(EventKind.own(.callFailed).importance == .ordinary)
    }

    @Test func theCatalogExplainsEachKindAndNothingElse() throws {
        let entries = try Catalog.read()
        #expect(Set(entries.map(\.number)) == Set(Self.kinds.map(\.messageID)))
        #expect(entries.count == Self.kinds.count)
        for entry in entries {
            #expect(entry.headers["Subject"]?.isEmpty == false, "\(entry.number)")
            #expect(entry.headers["Defined-By"] == "Keyward", "\(entry.number)")
            // Its meaning, and the remedy.
            #expect(entry.text.components(separatedBy: "\n\n").count >= 2, "\(entry.number)")
            #expect(entry.text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(entry.number)")
        }
    }

    @Test func theCatalogNamesOnlyFieldsThatEntriesHave() throws {
        let fields: Set = [
            "KEYWARD_VERSION", "KEYWARD_KEYS", "KEYWARD_EXIT_STATUS", "KEYWARD_CHANGED", "KEYWARD_MEASURE",
            "KEYWARD_PARTS", "KEYWARD_UID", "KEYWARD_GROUP", "KEYWARD_USER", "KEYWARD_MALFORMED", "KEYWARD_NOT_FOUND",
            "KEYWARD_SWEEP",
            "KEYWARD_KEY_ID", "KEYWARD_WORKSPACE", "KEYWARD_ACTOR", "KEYWARD_ACTOR_UID", "KEYWARD_CLOCK_LEAD",
            "KEYWARD_METHOD", "KEYWARD_CAUSE", "KEYWARD_PACED", "KEYWARD_DROPPED", "KEYWARD_PRINCIPAL",
            "KEYWARD_CREATED", "KEYWARD_EXISTING", "KEYWARD_REFUSED",
        ]
        let named = try Catalog.read().flatMap { entry in
            entry.text.matches(of: /@([A-Z_]+)@/).map { String($0.output.1) }
        }
        #expect(!named.isEmpty && fields.isSuperset(of: named), "\(Set(named).subtracting(fields))")
    }

    @Test func noCommandOfTheCatalogHasATextThatPeopleGive() throws {
        // A workspace called "x; reboot" would end the command and start another. The daemon generates key ids itself.
        let commands = try Catalog.read().flatMap { $0.text.split(separator: "\n").filter { $0.hasPrefix("    ") } }
        let fields = Set(commands.flatMap { $0.matches(of: /@([A-Z_]+)@/).map { String($0.output.1) } })
        #expect(commands.count > 20 && fields == ["KEYWARD_KEY_ID"], "\(fields)")
    }

    @Test(.enabled(if: access("/usr/bin/journalctl", X_OK) == 0, "needs journalctl"))
    func theCatalogIsOneThatTheJournalTakes() throws {
        let folder = try TemporaryFolder()
        let root = URL(fileURLWithPath: folder.path)
        defer { try? FileManager.default.removeItem(at: root) }
        let source = root.appending(path: "usr/lib/systemd/catalog/keyward.catalog")
        for place in ["usr/lib/systemd/catalog", "var/lib/systemd/catalog"] {
            try FileManager.default.createDirectory(at: root.appending(path: place), withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(at: Catalog.file, to: source)
        #expect(try Self.journalctl("--root=\(folder.path)", "--update-catalog").status == 0)
        let dump = try Self.journalctl("--root=\(folder.path)", "--dump-catalog").output
        for kind in Self.kinds { #expect(dump.contains("-- \(kind.messageID)\n"), "\(kind)") }
    }

    private static func journalctl(_ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/journalctl")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}

/// packaging/keyward.catalog, in the form that journalctl(1) describes under --update-catalog.
private enum Catalog {
    struct Entry {
        var number: String
        var headers: [String: String] = [:]
        var text = ""
    }

    static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "packaging/keyward.catalog")

    static func read() throws -> [Entry] {
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.components(separatedBy: "\n-- ").dropFirst().map { part in
            let halves = part.split(separator: "\n\n", maxSplits: 1)
            var lines = halves[0].split(separator: "\n")
            var entry = Entry(number: String(lines.removeFirst()))
            for line in lines {
                let (name, value) = (line.prefix { $0 != ":" }, line.drop { $0 != ":" }.dropFirst(2))
                entry.headers[String(name)] = String(value)
            }
            entry.text = halves.count > 1 ? halves[1].trimmingCharacters(in: .newlines) : ""
            return entry
        }
    }
}
