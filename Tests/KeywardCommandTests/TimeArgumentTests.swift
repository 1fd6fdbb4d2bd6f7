import Glibc
import KeywardClient
import KeywardDisplay
import ScriptedDaemon
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
            try inZone(zone) { try #require(TimeArgument(text)).end(now: CommandRun.now)?.description }
        }

        @Test(arguments: [
            ("2026-12-31", "Europe/Berlin", "2026-12-31T23:00:00.000Z"),
            ("2026-12-31", "UTC", "2027-01-01T00:00:00.000Z"),
            ("2028-02-28", "America/New_York", "2028-02-29T05:00:00.000Z"),
            // Daylight saving time begins on 29 March 2026 and ends on 25 October: days of 23 and 25 hours.
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
            ("30min", "2026-11-23T12:30:00.000Z"), ("30m", "2026-11-23T12:30:00.000Z"),
            ("1y", "2027-11-23T12:00:00.000Z"), ("1mo", "2026-12-23T12:00:00.000Z"),
            ("100y", "2126-11-23T12:00:00.000Z"), ("0d", "2026-11-23T12:00:00.000Z"),
            ("2026-12-31T23:59:59+01:00", "2026-12-31T22:59:59.000Z"),
        ])
        func `Lengths of time and whole instants are taken too`(text: String, instant: String) throws {
            #expect(try end(text) == instant)
        }

        @Test(arguments: [
            ("2027-01-31T10:00:00Z", 1, "2027-02-28T10:00:00.000Z"),
            ("2028-02-29T10:00:00Z", 12, "2029-02-28T10:00:00.000Z"),
            ("2027-03-31T10:00:00Z", -1, "2027-02-28T10:00:00.000Z"),
            ("2027-01-15T10:00:00.123Z", -1, "2026-12-15T10:00:00.123Z"),
            ("2026-12-31T10:00:00Z", 2, "2027-02-28T10:00:00.000Z"),
            ("2027-08-31T10:00:00Z", 6, "2028-02-29T10:00:00.000Z"),
        ])
        func `A month ends where it has no such day`(start: String, months: Int, end: String) throws {
            let start = try #require(Timestamp(start))
            #expect(inZone("UTC") { LocalTime.adding(months: months, to: start)?.description } == end)
        }

        @Test func `A year later is the same time of day, over summer time too`() throws {
            let summer = try #require(Timestamp("2026-03-29T22:30:00Z"))
            let later = inZone("Europe/Berlin") { LocalTime.adding(months: 12, to: summer)?.description }
            #expect(later == "2027-03-29T22:30:00.000Z")
            let winter = try #require(Timestamp("2026-02-28T12:00:00Z"))
            #expect(
                inZone("Europe/Berlin") { LocalTime.adding(months: 3, to: winter)?.description }
                    == "2026-05-28T11:00:00.000Z")
        }

        @Test func `Tomorrow is the end of the next local day`() throws {
            #expect(try end("tomorrow") == "2026-11-25T00:00:00.000Z")
            #expect(try end("today", in: "Europe/Berlin") == "2026-11-23T23:00:00.000Z")
            // In Kiritimati the 24th has already begun.
            #expect(try end("tomorrow", in: "Pacific/Kiritimati") == "2026-11-25T10:00:00.000Z")
        }

        @Test(arguments: [
            ("UTC", true), ("", true), ("Europe/Berlin", true), (":Europe/Berlin", true), ("CET-1CEST", true),
            ("<+03>-3", true), ("UTC+3", true), ("Europe/Berln", false), ("CEST", false), ("Europe", false),
            ("../../etc/passwd", false), ("+3", false),
        ])
        func `A time zone that the C library cannot read is unknown`(zone: String, isKnown: Bool) {
            #expect(ZoneVariable.isKnown(zone, folder: "/usr/share/zoneinfo") == isKnown)
        }

        @Test func `A command says that TZ is unknown`() {
            let daemon = ScriptedDaemon { _ in .result(Sample.page([])) }
            defer { daemon.stop() }
            let run = CommandRun(["list"], daemon: daemon, environment: ["TZ": "Europe/Berln"])
            #expect(run.errors.hasPrefix("Warning: TZ names no time zone of this host: 'Europe/Berln'."))
            #expect(!CommandRun(["list"], daemon: daemon).errors.contains("TZ"))
        }

        @Test func `Never is never`() throws {
            #expect(try end("never") == nil)
            #expect(TimeArgument("never") == .never)
        }

        @Test func `Of a span of time, the beginning is in the past, and that of a day its start`() throws {
            let span = try inZone("UTC") { try #require(TimeArgument("7d")).beginning(now: CommandRun.now) }
            #expect(span?.description == "2026-11-16T12:00:00.000Z")
            let day = try inZone("Europe/Berlin") {
                try #require(TimeArgument("2026-11-01")).beginning(now: CommandRun.now)
            }
            #expect(day?.description == "2026-10-31T23:00:00.000Z")
        }

        @Test(arguments: [
            "", "soon", "90", "d", "-1d", "+1d", "1.5d", "1M", "101y", "99999999999d", "30s", "1 d", "1yd", "m",
            "Tomorrow", "yesterday", "2026-02-29", "2026-13-01", "26-1-1",
            "2026-12-31 10:00", "２d", " 1d", "Never",
        ])
        func `Anything else is refused`(text: String) {
            #expect(TimeArgument(text) == nil)
        }

        @Test func `An end at midnight is sweepMarks as the day before`() throws {
            let midnight = try #require(Timestamp("2026-12-31T23:00:00Z"))
            #expect(inZone("Europe/Berlin") { LocalTime.end(midnight) } == "at the end of 31 Dec 2026 CET")
            #expect(inZone("UTC") { LocalTime.end(midnight) } == "31 Dec 2026, 23:00 UTC")
            #expect(inZone("America/Sao_Paulo") { LocalTime.end(midnight) } == "31 Dec 2026, 20:00 UTC-03")
        }
    }
}
