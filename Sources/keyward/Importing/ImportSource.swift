internal import Glibc
internal import KeywardBase
internal import KeywardClient

/// A file of keys to import, read as a stream: JSON Lines, or CSV with a header.
///
/// The first byte other than white space decides: JSON begins with `{`.
struct ImportSource: ~Copyable {
    /// A row, or why it cannot be read.
    struct Row: Sendable {
        /// The number of its first line, from 1.
        var line: Int
        /// As in the file, without its line feed.
        var raw: [UInt8]
        /// A JSON object, or a sentence for people.
        var json: Result<[UInt8], RowFault>
    }

    /// The longest row, in bytes.
    static let longestRow = 64 << 10

    private enum Form {
        case unknown, jsonLines, csv
    }

    private let path: String
    private let descriptor: Int32
    private var form = Form.unknown
    private var reader = CSVReader(limit: longestRow)
    private var columns: ImportColumns?
    /// The number of the line that is being read, of JSON Lines.
    private var line = 1
    private var chunk = [UInt8](repeating: 0, count: 64 << 10)
    private var (position, end) = (0, 0)
    private var readCount = 0
    /// The number of bytes of a regular file.
    private let size: Int?
    private var isEnded = false
    /// The start of the file before its form is known, or a line that is not complete.
    private var held: [UInt8] = []

    /// Opens a file; `-` is the standard input.
    init(path: String, input: Int32) throws(Failure) {
        self.path = path
        descriptor = path == "-" ? input : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .usage("Cannot open \(path): \(systemMessage(errno)).") }
        var status = stat()
        let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        size = isRegular && status.st_size > 0 ? Int(status.st_size) : nil
    }

    deinit {
        if path != "-" { _ = close(descriptor) }
    }

    /// How much of the file was read, in percent; `nil` if its length is not known.
    var percentRead: Int? { size.map { min(100, readCount * 100 / $0) } }

    /// The header line of a CSV file, as in the file.
    var header: [UInt8]?

    /// The next row; `nil` at the end.
    mutating func next() throws(Failure) -> Row? {
        while true {
            while let byte = try nextByte() {
                if let row = try take(byte) { return row }
            }
            guard !isEnded else { return nil }
            isEnded = true
            if let row = try finish() { return row }
        }
    }

    private mutating func nextByte() throws(Failure) -> UInt8? {
        if position == end {
            var count = Glibc.read(descriptor, &chunk, chunk.count)
            while count < 0, errno == EINTR { count = Glibc.read(descriptor, &chunk, chunk.count) }
            guard count >= 0 else { throw .usage("Cannot read \(path): \(systemMessage(errno)).") }
            guard count > 0 else { return nil }
            (position, end) = (0, count)
            readCount += count
        }
        defer { position += 1 }
        return chunk[position]
    }

    private mutating func take(_ byte: UInt8) throws(Failure) -> Row? {
        switch form {
        case .unknown:
            held.append(byte)
            guard !Self.isSpace(byte), !Self.isPartOfMark(held) else { return nil }
            return try begin()
        case .jsonLines:
            if byte == UInt8(ascii: "\n") { return endLine() }
            held.append(byte)
            guard held.count <= Self.longestRow + 1 else { throw .usage("Line \(line) is too long.") }
            return nil
        case .csv:
            guard let record = reader.read(byte) else { return nil }
            return try row(of: record)
        }
    }

    /// The form is known: reads what was held back.
    private mutating func begin() throws(Failure) -> Row? {
        let start = held
        held = []
        let isJSON = start.last == UInt8(ascii: "{")
        form = isJSON ? .jsonLines : .csv
        var rest = start[...]
        if isJSON, rest.starts(with: Self.mark) { rest = rest.dropFirst(Self.mark.count) }
        var row: Row?
        for byte in rest { row = try take(byte) ?? row }
        return row
    }

    private mutating func finish() throws(Failure) -> Row? {
        switch form {
        case .unknown: throw .usage("\(path) has no row.")
        case .jsonLines: return endLine()
        case .csv:
            guard let record = reader.finish() else { return nil }
            return try row(of: record)
        }
    }

    private mutating func endLine() -> Row? {
        defer { line += 1 }
        let text = held.last == UInt8(ascii: "\r") ? Array(held.dropLast()) : held
        held = []
        guard !text.allSatisfy(Self.isSpace) else { return nil }
        return Row(line: self.line, raw: text, json: ImportText.checked(text))
    }

    private mutating func row(of record: CSVReader.Record) throws(Failure) -> Row? {
        guard let columns else {
            columns = try ImportColumns(header: record)
            header = record.raw
            return nil
        }
        return Row(line: record.line, raw: record.raw, json: columns.json(of: record))
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Whether bytes are the start of a byte order mark, or all of it, and nothing else.
    private static func isPartOfMark(_ bytes: [UInt8]) -> Bool { bytes.count <= mark.count && mark.starts(with: bytes) }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}

/// Why a row of a file was not imported, in a sentence for people.
struct RowFault: Error, Hashable, Sendable {
    var message: String

    init(_ message: String) {
        self.message = message
    }
}
