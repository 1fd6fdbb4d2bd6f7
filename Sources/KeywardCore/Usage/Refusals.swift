/// Details of refused uses, apart from their number: account, code and time. Only refusals use it.
///
/// Its memory is bounded, because a client may present refused keys as fast as it can. It has the counts since the last
/// flush, and the last refusal of the most recently refused keys. Together they take less than 2 MiB.
struct Refusals {
    /// The largest number of hourly sums to store. Each flush takes all; more refusals only count for the key.
    static let mostUnstored = 4_096
    /// The largest number of keys with a last refusal.
    static let mostKeys = StoredState.mostLastRefusals

    private struct Sum: Hashable {
        var key: Int64
        var hour: Int64
        var uid: UInt32
        var code: Verdict.Code
    }

    private var unstored: [Sum: (count: Int64, lastAt: Instant)] = [:]
    private var last: [Int64: LastRefusal] = [:]
    /// The keys of `last`, in a ring: when it is full, the one at `oldest` is replaced.
    private var keys: [Int64] = []
    private var oldest = 0

    /// Whether everything is stored.
    var isEmpty: Bool { unstored.isEmpty }

    /// The number of keys with a last refusal.
    var keyCount: Int { last.count }

    subscript(key number: Int64) -> LastRefusal? { last[number] }

    mutating func count(_ code: Verdict.Code, ofKey number: Int64, by uid: UInt32, at now: Instant) {
        note(LastRefusal(at: now, uid: uid, code: code), ofKey: number)
        add(RefusalHour(key: number, hour: now.hour, uid: uid, code: code, count: 1, lastAt: now))
    }

    /// Restores stored last refusals, the earliest first.
    mutating func restore(_ stored: [RefusalHour]) {
        for hour in stored { note(LastRefusal(at: hour.lastAt, uid: hour.uid, code: hour.code), ofKey: hour.key) }
    }

    /// Takes the refusals to store.
    mutating func take() -> [RefusalHour] {
        defer { unstored.removeAll(keepingCapacity: true) }
        return unstored.map { Self.hour($0.key, $0.value) }
    }

    /// Accepts refusals that could not be stored.
    mutating func giveBack(_ hours: [RefusalHour]) {
        hours.forEach { add($0) }
    }

    /// The refusals of a key that are not stored.
    func hours(ofKey number: Int64) -> [RefusalHour] {
        unstored.filter { $0.key.key == number }.map { Self.hour($0.key, $0.value) }
    }

    mutating func forget(key number: Int64) {
        last[number] = nil
        for sum in unstored.keys where sum.key == number { unstored[sum] = nil }
    }

    private mutating func note(_ refusal: LastRefusal, ofKey number: Int64) {
        if let known = last[number] {
            if known.at <= refusal.at { last[number] = refusal }
            return
        }
        if keys.count < Self.mostKeys {
            keys.append(number)
        } else {
            last[keys[oldest]] = nil
            keys[oldest] = number
            oldest = (oldest + 1) % Self.mostKeys
        }
        last[number] = refusal
    }

    private mutating func add(_ hour: RefusalHour) {
        let sum = Sum(key: hour.key, hour: hour.hour, uid: hour.uid, code: hour.code)
        if let known = unstored[sum] {
            unstored[sum] = (known.count + hour.count, max(known.lastAt, hour.lastAt))
        } else if unstored.count < Self.mostUnstored {
            unstored[sum] = (hour.count, hour.lastAt)
        }
    }

    private static func hour(_ sum: Sum, _ value: (count: Int64, lastAt: Instant)) -> RefusalHour {
        RefusalHour(
            key: sum.key, hour: sum.hour, uid: sum.uid, code: sum.code, count: value.count, lastAt: value.lastAt)
    }
}
