/// The records of the keys in a table, each decoded from the key's text. For use under the registry's lock only.
package struct KeyRecords {
    fileprivate let segments: [UnsafeMutablePointer<HotKey>]
    package let count: Int

    init(_ segments: [UnsafeMutablePointer<HotKey>], count: Int) {
        (self.segments, self.count) = (segments, count)
    }

    /// `nil` where a key was purged.
    package subscript(index: KeyTable.Index) -> KeyRecord? {
        let key = segments[index / KeyTable.segmentSize] + index % KeyTable.segmentSize
        return key.pointee.text.map { KeyRecord(key.pointee, $0) }
    }
}
