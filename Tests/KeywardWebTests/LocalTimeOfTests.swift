import KeywardBase
import KeywardClient
import KeywardDisplay

/// Instants in the local time zone of the tests.
enum LocalTimeOfTests {
    /// The end of 31 December 2999.
    static let endOf2999 = LocalTime.start(of: CivilDate(year: 3_000, month: 1, day: 1))!
}
