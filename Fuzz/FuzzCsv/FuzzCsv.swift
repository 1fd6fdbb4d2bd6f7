import KeywardBase

/// Reads any bytes as a CSV file. Nothing of the file is lost: the records as in the file, and what is passed over, are
/// the file. The fields of each record, written with quotes and read again, are the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCsv(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let records = read(bytes, limit: 256)
    precondition(withoutLineEnds(records.flatMap { $0.raw + [lineFeed] }) == withoutLineEnds(withoutMark(bytes)))
    var line = 0
    for record in records {
        precondition(record.line > line)
        line = record.line
        guard let fields = try? record.fields.get() else { continue }
        precondition(!fields.isEmpty)
        let again = read(fields.map(quoted).joined(separator: [comma]) + [lineFeed], limit: 4_096)
        precondition(again.count == 1 && (try? again[0].fields.get()) == fields)
    }
    return 0
}

private let (lineFeed, comma, quote) = (UInt8(ascii: "\n"), UInt8(ascii: ","), UInt8(ascii: "\""))

private func read(_ bytes: some Sequence<UInt8>, limit: Int) -> [CSVReader.Record] {
    var reader = CSVReader(limit: limit)
    var records = bytes.compactMap { reader.read($0) }
    if let last = reader.finish() { records.append(last) }
    return records
}

private func quoted(_ field: [UInt8]) -> [UInt8] {
    [quote] + field.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
}

private func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
}

/// Empty lines are passed over, and the last line end may be missing.
private func withoutLineEnds(_ bytes: [UInt8]) -> [UInt8] {
    bytes.filter { $0 != lineFeed && $0 != UInt8(ascii: "\r") }
}
