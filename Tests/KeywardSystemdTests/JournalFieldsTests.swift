import Logging
import Testing

@testable import KeywardSystemd

struct JournalFieldsTests {
    @Test func messagePriorityAndIdentifierComeFirst() {
        let fields = JournalFields.fields(message: "Created a key.", level: .notice, metadata: [:])
        #expect(fields == ["MESSAGE=Created a key.", "PRIORITY=5", "SYSLOG_IDENTIFIER=keywardd"])
    }

    @Test(arguments: [
        ("event", "KEYWARD_EVENT"), ("keyID", "KEYWARD_KEY_ID"), ("keyId", "KEYWARD_KEY_ID"),
        ("maxKeys2", "KEYWARD_MAX_KEYS2"), ("HTTPCode", "KEYWARD_HTTP_CODE"), ("a-b.c", "KEYWARD_A_B_C"),
        ("_pid", "KEYWARD__PID"),
    ])
    func metadataKeysBecomeUpperSnakeCaseWithAPrefix(key: String, name: String) {
        #expect(JournalFields.name(ofKey: key) == name)
    }

    @Test(arguments: ["", "schlüssel", String(repeating: "x", count: 60)])
    func aKeyThatMakesNoFieldNameIsLeftOut(key: String) {
        #expect(JournalFields.name(ofKey: key) == nil)
        #expect(JournalFields.fields(message: "m", level: .info, metadata: [key: "v"]).count == 3)
    }

    @Test func messageIDLosesItsDashesAndItsPrefix() {
        let fields = JournalFields.fields(
            message: "m", level: .info, metadata: ["messageID": "3F2A1B00-0000-4000-8000-00000000000C"])
        #expect(fields.last == "MESSAGE_ID=3f2a1b00000040008000" + "00000000000c")
    }

    @Test(arguments: ["", "3f2a", "zz2a1b00000040008000000000000000", "3f2a1b00000040008000000000000000\nPRIORITY=0"])
    func aMessageIDThatIsNoNumberIsLeftOut(text: String) {
        let fields = JournalFields.fields(message: "m", level: .info, metadata: ["messageID": "\(text)"])
        #expect(!fields.contains { $0.hasPrefix("MESSAGE_ID=") })
    }

    @Test func noValueHoldsALineFeedOrAControlCharacter() {
        let hostile = "a\nPRIORITY=0\r\t\u{1B}[31m\u{202E}\u{2028}\\"
        let fields = JournalFields.fields(
            message: hostile, level: .error, metadata: ["search": "\(hostile)", "list": ["\(hostile)", "b"]])
        for field in fields {
            #expect(field.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E && $0.value != 0x2028 })
        }
        #expect(fields[0] == "MESSAGE=a\\nPRIORITY=0\\r\\t\\u{1b}[31m\\u{202e}\\u{2028}\\\\")
        #expect(fields.filter { $0.hasPrefix("PRIORITY=") } == ["PRIORITY=3"])
    }

    @Test func anArrayIsOneFieldForEachElement() {
        let fields = JournalFields.fields(message: "m", level: .info, metadata: ["stale": ["a", "b"]])
        #expect(fields.suffix(2) == ["KEYWARD_STALE=a", "KEYWARD_STALE=b"])
    }

    @Test func everyLevelHasItsSyslogPriority() {
        let levels: [Logger.Level] = [.trace, .debug, .info, .notice, .warning, .error, .critical]
        #expect(levels.map { JournalFields.priority(of: $0) } == [7, 7, 6, 5, 4, 3, 2])
    }

    @Test func anAlertHasTheirHighestPriorityAndNoFieldOfThatName() {
        let fields = JournalFields.fields(
            message: "m", level: .critical, metadata: [LogEntry.alertKey: "true", "uid": "7"])
        #expect(fields == ["MESSAGE=m", "PRIORITY=1", "SYSLOG_IDENTIFIER=keywardd", "KEYWARD_UID=7"])
        let line = LogLine.prefixed(message: "m", level: .critical, metadata: [LogEntry.alertKey: "true"])
        #expect(line == "<1>keywardd: m")
    }
}
