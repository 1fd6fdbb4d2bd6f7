import KeywardTesting
import Testing

/// Windows of limits on the real daemon while its wall clock jumps.
struct AllowanceClockTests {
    @Test func aWallClockThatJumpsNeitherEmptiesAWindowNorMovesIt() throws {
        let daemon = try ShiftedDaemon()
        try daemon.start(at: 0)
        // A window of 31 days: the boot-time clock does not leave it during the test, or leaves nearly all of it counted.
        let limits = #"[{"name":"r","limit":1000,"windowSeconds":2678400}]"#
        let reply = try daemon.done("keys.create", #"{"name":"crm","limits":\#(limits)}"#)
        let secret = try #require(reply["secret"].string)
        func spend() throws -> Int? {
            let result = try daemon.done("keys.verify", #"{"key":"\#(secret)","cost":100}"#, onVerify: true)
            #expect(result["code"].string == "valid")
            return result["limits"].elements[0]["remaining"].int
        }
        #expect(try spend() == 900)
        var expected = 900
        for shift: Int64 in [40 * 86_400, -40 * 86_400, 10 * 365 * 86_400, 3_600, -365 * 86_400] {
            try daemon.shift(by: shift)
            expected -= 100
            #expect(try spend() == expected)
        }
        // A restart with a wrong clock changes nothing either.
        try daemon.shift(by: 0)
        try daemon.stop()
        try daemon.start(at: 40 * 86_400)
        #expect(try spend() == expected - 100)
        try daemon.stop()
    }
}
