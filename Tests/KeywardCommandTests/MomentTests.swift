import Glibc
import KeywardClient
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct MomentTests {
        private func inZone<R>(_ zone: String, _ body: () throws -> R) rethrows -> R {
            setenv("TZ", zone, 1)
            tzset()
            defer {
                setenv("TZ", "UTC", 1)
                tzset()
            }
            return try body()
        }

        private func end(_ text: String, in zone: String = "UTC") throws -> String? {
            try inZone(zone) { try #require(Moment(text)).end(now: CommandRun.now)?.description }
        }

        @Test(arguments: [
            ("2026-12-31", "Europe/Berlin", "2026-12-31T23:00:00.000Z"),
            ("2026-12-31", "UTC", "2027-01-01T00:00:00.000Z"),
            ("2028-02-28", "America/New_York", "2028-02-29T05:00:00.000Z"),
            // Summer time begins on 29 March 2026 and ends on 25 October: days of 23 and 25 hours.
            ("2026-03-28", "Europe/Berlin", "2026-03-28T23:00:00.000Z"),
            ("2026-03-29", "Europe/Berlin", "2026-03-29T22:00:00.000Z"),
            ("2026-10-25", "Europe/Berlin", "2026-10-25T23:00:00.000Z"),
            // In Beirut 27 March 2022 began at one o'clock.
            ("2022-03-26", "Asia/Beirut", "2022-03-26T22:00:00.000Z"),
        ])
        func `A date is the end of that day, local time`(text: String, zone: String, instant: String) throws {
            #expect(try end(text, in: zone) == instant)
        }

        @Test(arguments: [
            ("90d", "2027-02-21T12:00:00.000Z"), ("2w", "2026-12-07T12:00:00.000Z"),
            ("12h", "2026-11-24T00:00:00.000Z"),
            ("30min", "2026-11-23T12:30:00.000Z"), ("2026-12-31T23:59:59+01:00", "2026-12-31T22:59:59.000Z"),
        ])
        func `Lengths of time and whole instants are taken too`(text: String, instant: String) throws {
            #expect(try end(text) == instant)
        }

        @Test func `Never is never`() throws {
            #expect(try end("never") == nil)
            #expect(Moment("never") == .never)
        }

        @Test func `Of a span of time, the beginning is in the past, and that of a day its start`() throws {
            let span = try inZone("UTC") { try #require(Moment("7d")).beginning(now: CommandRun.now) }
            #expect(span?.description == "2026-11-16T12:00:00.000Z")
            let day = try inZone("Europe/Berlin") { try #require(Moment("2026-11-01")).beginning(now: CommandRun.now) }
            #expect(day?.description == "2026-10-31T23:00:00.000Z")
        }

        @Test(arguments: [
            "", "soon", "90", "d", "-1d", "+1d", "1.5d", "1y", "99999999999d", "2026-02-29", "2026-13-01", "26-1-1",
            "2026-12-31 10:00", "２d", " 1d", "Never",
        ])
        func `Anything else is refused`(text: String) {
            #expect(Moment(text) == nil)
        }

        @Test func `An end at midnight is told as the day before`() throws {
            let midnight = try #require(Timestamp("2026-12-31T23:00:00Z"))
            #expect(inZone("Europe/Berlin") { LocalTime.end(midnight) } == "at the end of 31 Dec 2026")
            #expect(inZone("UTC") { LocalTime.end(midnight) } == "31 Dec 2026, 23:00")
        }
    }
}
