/// A text to find in a key, ignoring case: in its name and in the other fields that are searched
/// (``KeyField/isSearched``).
///
/// Texts are compared as bytes where that is decisive, which is nearly everywhere, otherwise as characters.
final class KeySearch {
    private let text: String
    /// Its bytes, if it is ASCII.
    private let ascii: CaselessBytes?
    /// Bytes that every matching text contains.
    private let hint: CaselessBytes?

    init(_ text: String) {
        self.text = text.lowercased()
        let bytes = Array(self.text.utf8)
        ascii = bytes.allSatisfy { $0 < 0x80 } ? CaselessBytes(bytes) : nil
        hint = Self.plainRuns(bytes).max { $0.count < $1.count }.flatMap { CaselessBytes(Array($0)) }
    }

    /// The parts of a text that have the same bytes in every matching text, except for case.
    ///
    /// A character may have several encodings. A character before a non-ASCII one may combine with it. KELVIN SIGN has
    /// the small letter `k`, and GREEK QUESTION MARK and GREEK VARIA equal `;` and the grave accent.
    private static func plainRuns(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let twins = Array("k;`".utf8)
        return bytes.indices.split { index in
            bytes[index] >= 0x80 || twins.contains(bytes[index]) || index + 1 < bytes.count && bytes[index + 1] >= 0x80
        }.map { bytes[$0.startIndex..<$0.endIndex] }
    }

    /// - Parameter work: the cost of the comparison is added, in the unit of ``HoldBudget``.
    @inline(__always)
    func matches(_ key: UnsafePointer<HotKey>, _ work: inout Int) -> Bool {
        guard let texts = key.pointee.text else { return false }
        if texts.head.isWhole {
            work += texts.head.size > 1_024 ? 8 : 2
            return texts.anyPackedText { mayBeIn($0) && isIn($0, &work) }
        }
        guard mayBeIn(texts.name) || mayBeIn(texts.ownerTexts) || mayBeIn(texts.rest) else { return false }
        return isIn(texts, &work)
    }

    @inline(__always)
    private func mayBeIn(_ text: UnsafeRawBufferPointer) -> Bool {
        hint.map { $0.occur(in: text) } ?? true
    }

    private func isIn(_ texts: KeyText, _ work: inout Int) -> Bool {
        work += 4
        return texts.anyPackedText { isIn($0, &work) } || isInOwner(texts, &work)
    }

    private func isInOwner(_ texts: KeyText, _ work: inout Int) -> Bool {
        // Otherwise the match may be in the JSON between them.
        guard mayBeIn(texts.ownerTexts), let owner = texts.plainOwnerTexts else { return false }
        return owner.name.map { isIn($0, &work) } ?? false || owner.contact.map { isIn($0, &work) } ?? false
    }

    private func isIn(_ bytes: UnsafeRawBufferPointer, _ work: inout Int) -> Bool {
        if bytes.allSatisfy({ $0 < 0x80 }) { return ascii?.occur(in: bytes) ?? false }
        work += Self.workOfText + bytes.count / 4
        return isIn(String(decoding: bytes, as: UTF8.self))
    }

    /// The cost of a text that is compared as characters, in addition to that of its bytes.
    private static let workOfText = 16

    private func isIn(_ text: String) -> Bool { text.lowercased().contains(self.text) }
}

extension KeyText {
    /// The owner's texts, possibly with JSON between and after them.
    @inline(__always)
    fileprivate var ownerTexts: UnsafeRawBufferPointer {
        let (owner, skipped) = (owner, Self.ownerMembers.name.utf8CodeUnitCount)
        if head.isOwnerNameOnly { return owner }
        guard owner.count > skipped, let start = owner.baseAddress else { return owner }
        return UnsafeRawBufferPointer(start: start + skipped, count: owner.count - skipped)
    }
}

/// ASCII bytes to find in others, ignoring case.
private struct CaselessBytes {
    private typealias Block = SIMD16<UInt8>

    private let bytes: [UInt8]
    /// The bits to set in a byte before the comparison: for a letter the bit of its case.
    private let folds: [UInt8]
    /// Two of the bytes, the first and a later one, each repeated in a block.
    private let (first, firstFold, second, secondFold): (Block, Block, Block, Block)
    private let distance: Int

    /// - Parameter bytes: letters are lower case. `nil` if there are none.
    init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return nil }
        self.bytes = bytes
        folds = bytes.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 ? 0x20 : 0 }
        distance = min(bytes.count, 16) - 1
        first = Block(repeating: bytes[0])
        firstFold = Block(repeating: folds[0])
        second = Block(repeating: bytes[distance])
        secondFold = Block(repeating: folds[distance])
    }

    /// Whether `text` contains them. 32 bytes after it must be readable.
    @inline(__always)
    func occur(in text: UnsafeRawBufferPointer) -> Bool {
        let starts = text.count - bytes.count + 1
        guard starts > 0, let base = text.baseAddress else { return false }
        var place = 0
        while place < starts {
            let one = base.loadUnaligned(fromByteOffset: place, as: Block.self) | firstFold
            let other = base.loadUnaligned(fromByteOffset: place + distance, as: Block.self) | secondFold
            let hits = unsafeBitCast((one .== first) .& (other .== second), to: SIMD2<UInt64>.self)
            if hits[0] | hits[1] != 0, occur(from: place, to: min(place + 16, starts), in: base) { return true }
            place += 16
        }
        return false
    }

    private func occur(from start: Int, to end: Int, in text: UnsafeRawPointer) -> Bool {
        (start..<end).contains { place in
            bytes.indices.allSatisfy { index in
                text.load(fromByteOffset: place + index, as: UInt8.self) | folds[index] == bytes[index]
            }
        }
    }
}
