import KeywardTesting
import Testing

@testable import KeywardCore

/// Hours that wait for storage.
struct FinishedHoursTests {
    private func hour(_ number: Int) -> HourUsage {
        HourUsage(key: Int64(number % 7), hour: Int64(number), valid: 1, refused: 0)
    }

    /// Compared with an array, with every operation in random order.
    @Test func theyAreTakenInTheirOrder() {
        var random = SeededGenerator(seed: 28)
        var hours = FinishedHours()
        var all: [HourUsage] = []
        var inFlight: [HourUsage] = []
        for number in 0..<20_000 {
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<8:
                hours.append(hour(number))
                all.append(hour(number))
            case 8..<10:
                let limit = Int.random(in: 0..<9, using: &random)
                inFlight = hours.take(atMost: limit)
                #expect(inFlight == Array(all.prefix(limit)))
                all.removeFirst(inFlight.count)
            case 10:
                hours.putBack(inFlight)
                all = inFlight + all
                inFlight = []
            default:
                let key = Int64(number % 7)
                if number % 20 == 0 {
                    hours.forget(key: key)
                    all.removeAll { $0.key == key }
                }
                #expect(hours.hours(ofKey: key) == all.filter { $0.key == key })
            }
            guard hours.count == all.count, hours.isEmpty == all.isEmpty else {
                Issue.record("\(hours.count) instead of \(all.count)")
                return
            }
        }
        #expect(hours.take(atMost: .max) == all && all.count > 100)
    }
}
