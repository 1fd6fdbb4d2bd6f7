package import KeywardBase

/// An address from which a key was presented.
package struct AddressUse: Hashable, Sendable {
    package var address: IPAddress
    /// When it last became the key's last address.
    package var since: Instant

    package init(_ address: IPAddress, since: Instant) {
        (self.address, self.since) = (address, since)
    }
}

/// The last addresses from which each key was presented. They are personal data, so they exist in memory only, and a
/// setting turns them off.
///
/// Clients may present keys as fast as they can, under the registry's lock. So the memory is allocated once, 14 MB for
/// the system to provide page by page, and nothing is written while a key's client stays at its address.
struct LastAddresses: ~Copyable {
    /// The largest number of keys. When there are more, the one that came first is forgotten.
    static let mostKeys = 65_536
    /// The largest number of addresses of a key.
    static let mostOfKey = 8

    /// Whether addresses are kept. Those that are known are forgotten when it ends.
    var areKept = true {
        didSet { if !areKept { removeAll() } }
    }

    private var entries: UnsafeMutablePointer<Entry>?
    /// By the key's number: the first entry, plus one; 0 if there is none.
    private var buckets: UnsafeMutablePointer<UInt32>?
    private var used = 0
    private var oldest = 0

    private struct Entry {
        /// 0 if the key was deleted.
        var key: Int64
        /// The next entry of the bucket, plus one.
        var next: UInt32
        var count = 1
        var uses: InlineArray<8, AddressUse>

        mutating func note(_ address: IPAddress, at now: Instant) {
            if uses[0].address == address { return }
            var place = 1
            while place < count, uses[place].address != address { place += 1 }
            if place == count, count < LastAddresses.mostOfKey { count += 1 }
            for index in (1...min(place, count - 1)).reversed() { uses[index] = uses[index - 1] }
            uses[0] = AddressUse(address, since: now)
        }
    }

    deinit {
        entries?.deallocate()
        buckets?.deallocate()
    }

    /// The addresses of a key, the last first.
    func uses(ofKey number: Int64) -> [AddressUse] {
        guard let entry = find(number) else { return [] }
        return (0..<entry.pointee.count).map { entry.pointee.uses[$0] }
    }

    /// Notes that the key was presented from `address`.
    mutating func note(_ address: IPAddress, ofKey number: Int64, at now: Instant) {
        guard areKept else { return }
        if let entry = find(number) {
            entry.pointee.note(address, at: now)
        } else {
            insert(number, AddressUse(address, since: now))
        }
    }

    /// Removes a deleted key.
    mutating func forget(key number: Int64) {
        guard let entry = find(number), let entries else { return }
        unlink(entry - entries)
        entry.pointee.key = 0
    }

    private mutating func insert(_ number: Int64, _ use: AddressUse) {
        let (entries, buckets) = memory()
        var place = used
        if used < Self.mostKeys {
            used += 1
        } else {
            place = oldest
            oldest = (oldest + 1) % Self.mostKeys
            if entries[place].key != 0 { unlink(place) }
        }
        let bucket = Self.bucket(of: number)
        (entries + place).initialize(
            to: Entry(key: number, next: buckets[bucket], uses: InlineArray(repeating: use)))
        buckets[bucket] = UInt32(place + 1)
    }

    private func find(_ number: Int64) -> UnsafeMutablePointer<Entry>? {
        guard let entries, var next = buckets?[Self.bucket(of: number)] else { return nil }
        while next != 0 {
            let entry = entries + Int(next - 1)
            if entry.pointee.key == number { return entry }
            next = entry.pointee.next
        }
        return nil
    }

    private func unlink(_ place: Int) {
        guard let entries, let buckets else { return }
        let bucket = Self.bucket(of: entries[place].key)
        guard Int(buckets[bucket]) != place + 1 else { return buckets[bucket] = entries[place].next }
        var before = Int(buckets[bucket]) - 1
        while Int(entries[before].next) != place + 1 { before = Int(entries[before].next) - 1 }
        entries[before].next = entries[place].next
    }

    /// The memory, allocated for the first address.
    private mutating func memory() -> (UnsafeMutablePointer<Entry>, UnsafeMutablePointer<UInt32>) {
        if let entries, let buckets { return (entries, buckets) }
        let memory = (
            UnsafeMutablePointer<Entry>.allocate(capacity: Self.mostKeys),
            UnsafeMutablePointer<UInt32>.allocate(capacity: Self.mostKeys)
        )
        memory.1.initialize(repeating: 0, count: Self.mostKeys)
        (entries, buckets) = memory
        return memory
    }

    private mutating func removeAll() {
        entries?.deallocate()
        buckets?.deallocate()
        (entries, buckets, used, oldest) = (nil, nil, 0, 0)
    }

    /// Numbers follow one another, so their last bits spread them.
    private static func bucket(of number: Int64) -> Int { Int(number) % mostKeys }
}
