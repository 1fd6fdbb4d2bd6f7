import KeywardBase
import Testing

@testable import KeywardProtocol

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"),
        ("1970-01-01T00:00:00.5Z", 500, "1970-01-01T00:00:00.500Z"),
        ("1970-01-01T00:00:00.05Z", 50, "1970-01-01T00:00:00.050Z"),
        ("1970-01-01T00:00:00.007Z", 7, "1970-01-01T00:00:00.007Z"),
        ("1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"),
        ("2026-11-23t09:30:00z", 1_795_426_200_000, "2026-11-23T09:30:00.000Z"),
        ("2026-11-23T10:30:00+01:00", 1_795_426_200_000, "2026-11-23T09:30:00.000Z"),
        ("2026-11-23T00:00:00-09:30", 1_795_426_200_000, "2026-11-23T09:30:00.000Z"),
        ("2000-02-29T12:00:00Z", 951_825_600_000, "2000-02-29T12:00:00.000Z"),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ("2026-01-01T00:00:00-00:00", 1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
    ])
    func readsAndWrites(text: String, milliseconds: Int64, written: String) throws {
        let timestamp = try #require(Timestamp(text))
        #expect(timestamp.milliseconds == milliseconds)
        #expect(timestamp.description == written)
        #expect(Timestamp(written) == timestamp)
    }

    @Test(arguments: [
        "", "2026", "2026-11-23", "2026-11-23T09:30Z", "2026-11-23T09:30:00", "2026-11-23 09:30:00Z",
        "2026-11-23T09:30:00.Z", "2026-11-23T09:30:00.1234Z", "2026-11-23T09:30:60Z", "2026-11-23T24:00:00Z",
        "2026-11-23T09:60:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2026-11-23T09:30:00+24:00",
        "2026-11-23T09:30:00+01:60", "2026-11-23T09:30:00+0100", "2026-11-23T09:30:00+01", "2026-11-23T09:30:00ZZ",
        " 2026-11-23T09:30:00Z", "2026-11-23T09:30:00Z ", "+2026-11-23T09:30:00Z", "2026-11-23T09:30:00,5Z",
        "２026-11-23T09:30:00Z", "-001-11-23T09:30:00Z", "2026-1-23T09:30:00Z",
    ])
    func refuses(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func everyNumberHasAText() {
        let texts = [Int64.min, .min + 1, -62_135_596_800_001, 253_402_300_800_000, .max].map {
            Timestamp(milliseconds: $0).description
        }
        #expect(
            texts == [
                "-292275055-05-16T16:47:04.192Z", "-292275055-05-16T16:47:04.193Z", "0000-12-31T23:59:59.999Z",
                "10000-01-01T00:00:00.000Z", "292278994-08-17T07:12:55.807Z",
            ])
    }

    @Test func comesBackFromItsText() {
        var numbers = SeededNumbers(seed: 3)
        for _ in 0..<20_000 {
            let milliseconds = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &numbers)
            let timestamp = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(timestamp.description) == timestamp)
        }
    }
}

@Suite struct CivilDateTests {
    /// Every day of the years 1 to 9999, counted without the formula.
    @Test func agreesWithCountingDays() {
        var (year, month, day) = (1, 1, 1)
        var wrong = 0
        for number in -719_162...2_932_896 {
            let date = CivilDate(daysSinceEpoch: number)
            if date.year != year || date.month != month || date.day != day || date.daysSinceEpoch != number {
                wrong += 1
            }
            day += 1
            if day > CivilDate.days(in: month, of: year) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(wrong == 0)
        #expect((year, month, day) == (10_000, 1, 1))
    }

    @Test func knowsTheLengthsOfMonths() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        #expect((1...12).map { CivilDate.days(in: $0, of: 2026) } == lengths)
        #expect(
            [1900, 2000, 2023, 2024, 2100, 2400].map { CivilDate.days(in: 2, of: $0) } == [28, 29, 28, 29, 28, 29])
    }
}
