import Synchronization

/// The formats of the imported keys of this host. Without any, no text is looked up as one.
///
/// A batch reads it without the registry's lock, as each text is added: a key that was imported before its text arrived
/// is found.
package final class ImportedFormats: Sendable {
    /// A bit for each format that has keys.
    private let bits = Atomic<UInt8>(0)

    package init() {}

    /// Whether there is any imported key.
    @inline(__always)
    package var isEmpty: Bool { bits.load(ordering: .acquiring) == 0 }

    @inline(__always)
    package var formats: Formats { Formats(bits: bits.load(ordering: .acquiring)) }

    package struct Formats: Hashable, Sendable {
        fileprivate let bits: UInt8

        @inline(__always)
        package func contains(_ format: ImportFormat) -> Bool { bits & ImportedFormats.bit(of: format) != 0 }
    }

    fileprivate func set(_ formats: [ImportFormat: Int]) {
        bits.store(formats.reduce(0) { $1.value > 0 ? $0 | Self.bit(of: $1.key) : $0 }, ordering: .releasing)
    }

    fileprivate static func bit(of format: ImportFormat) -> UInt8 { 1 << UInt8(format.rawValue) }
}

/// The number of imported keys of each format.
struct ImportCounts {
    let formats = ImportedFormats()
    private var counts: [ImportFormat: Int] = [:]

    mutating func add(_ format: ImportFormat?) { count(format, by: 1) }

    mutating func remove(_ format: ImportFormat?) { count(format, by: -1) }

    private mutating func count(_ format: ImportFormat?, by step: Int) {
        guard let format else { return }
        counts[format, default: 0] += step
        formats.set(counts)
    }
}
