/// The presented texts of a batch that may be imported keys. On hosts without imported keys it stays empty.
struct ForeignTexts {
    private var bytes: [UInt8] = []
    private var ranges: [Range<Int>] = []

    /// Keeps a text. Returns its number, 1 or more.
    mutating func keep(_ text: UnsafeRawBufferPointer) -> UInt32 {
        ranges.append(bytes.count..<bytes.count + text.count)
        bytes += text
        return UInt32(ranges.count)
    }

    mutating func removeAll() {
        guard !ranges.isEmpty else { return }
        bytes.removeAll(keepingCapacity: true)
        ranges.removeAll(keepingCapacity: true)
    }

    /// The digests of a kept text; see ``forEachDigest(of:as:under:_:)``.
    func digests(of number: UInt32, as formats: ImportedFormats.Formats, under peppers: [Pepper]) -> [Digest] {
        bytes.withUnsafeBytes { bytes in
            var digests: [Digest] = []
            let text = UnsafeRawBufferPointer(rebasing: bytes[ranges[Int(number) - 1]])
            Self.forEachDigest(of: text, as: formats, under: peppers) { digests.append($0) }
            return digests
        }
    }

    /// The digests under which a text may be found: for each format one for each pepper, in their orders.
    @inline(__always)
    static func forEachDigest(
        of text: UnsafeRawBufferPointer, as formats: ImportedFormats.Formats, under peppers: [Pepper],
        _ body: (Digest) -> Void
    ) {
        for format in ImportFormat.allCases where formats.contains(format) {
            guard let parts = ForeignDigest.parts(of: text, as: format) else { continue }
            let sha256 = ContentDigest.digest(of: parts.covered)
            for pepper in peppers { body(pepper.digest(of: format, shortToken: parts.shortToken, sha256)) }
        }
    }
}
