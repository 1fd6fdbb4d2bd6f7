import Testing

@testable import KeywardSystemd

struct LogLineTests {
    @Test func plainLineNamesTheDaemonTheMessageAndTheMetadataInOrder() {
        let line = LogLine.text(message: "Revoked a key.", metadata: ["uid": "7", "event": "revoke"])
        #expect(line == "keywardd: Revoked a key. event=revoke uid=7")
    }

    @Test func messageIDIsForMachinesOnly() {
        #expect(LogLine.text(message: "m", metadata: ["messageID": "00"]) == "keywardd: m")
    }

    @Test func prefixedLineBeginsWithThePriority() {
        #expect(LogLine.prefixed(message: "m", level: .warning, metadata: [:]) == "<4>keywardd: m")
    }

    @Test func aValueCannotPassForAnotherOrForALine() {
        let line = LogLine.text(message: "m\n<0>x", metadata: ["a": "1 b=\"2\"", "c": "", "d": "x\ny"])
        #expect(line == "keywardd: m\\n<0>x a=\"1 b=\\\"2\\\"\" c=\"\" d=x\\ny")
    }
}
