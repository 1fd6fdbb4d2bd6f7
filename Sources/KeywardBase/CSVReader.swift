/// Splits bytes into the records of a CSV file (RFC 4180) as they arrive. It holds one record at most.
///
/// It is strict: a quote within a plain field, or text after a closing quote, makes the record unreadable, because any
/// guess could shift columns. A line feed ends a record with or without a carriage return before it. A byte order mark
/// at the start and empty lines are passed over.
package struct CSVReader {
    /// A record, or what of the file could not be read as one.
    package struct Record: Equatable, Sendable {
        /// The number of its first line, from 1.
        package var line: Int
        /// The record as in the file, without the line feed at its end.
        package var raw: [UInt8]
        package var fields: Result<[[UInt8]], Fault>
    }

    /// Why a record cannot be read.
    package enum Fault: Error, Hashable, Sendable {
        /// A field that does not begin with a quote has one.
        case strayQuote
        /// After a closing quote there is neither a comma nor the end of the line.
        case textAfterQuote
        /// A carriage return without a line feed.
        case bareCarriageReturn
        /// The file ends within quotes.
        case openQuote
        /// It is longer than the limit.
        case tooLong
    }

    private enum State {
        case fieldStart, plain, quoted
        /// After a quote within quotes: it closes the field, or is the first of two that mean one.
        case quoteSeen
        case carriageReturn
        /// Within a record that cannot be read: its last line is passed over.
        case unreadable(Fault)
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let limit: Int
    private var state = State.fieldStart
    private var (fields, field, raw): ([[UInt8]], [UInt8], [UInt8]) = ([], [], [])
    private var (line, firstLine) = (1, 1)
    /// How many bytes of a byte order mark the file begins with; `nil` once its first bytes were read.
    private var markLength: Int? = 0

    /// - Parameter limit: the most bytes of a record.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Reads the next byte. Returns the record that it ends.
    package mutating func read(_ byte: UInt8) -> Record? {
        guard let length = markLength else { return step(byte) }
        if byte == Self.mark[length] {
            markLength = length + 1 < Self.mark.count ? length + 1 : nil
            return nil
        }
        endMark()
        return step(byte)
    }

    /// The end of the file. Returns the record that has no line feed after it.
    package mutating func finish() -> Record? {
        endMark()
        guard !raw.isEmpty else { return nil }
        switch state {
        case .quoted: return end(.failure(.openQuote))
        case .carriageReturn: return end(.failure(.bareCarriageReturn))
        case .unreadable(let fault): return end(.failure(fault))
        case .fieldStart, .plain, .quoteSeen: return end()
        }
    }

    /// The first bytes are not a whole mark: they belong to the first record.
    private mutating func endMark() {
        guard let length = markLength else { return }
        markLength = nil
        for byte in Self.mark.prefix(length) { _ = step(byte) }
    }

    private mutating func step(_ byte: UInt8) -> Record? {
        let isLineFeed = byte == UInt8(ascii: "\n")
        if isLineFeed { line += 1 }
        if isLineFeed, endsRecord { return raw.isEmpty || raw == [UInt8(ascii: "\r")] ? skipLine() : end() }
        if isLineFeed, case .unreadable(let fault) = state { return end(.failure(fault)) }
        raw.append(byte)
        take(byte)
        if raw.count > limit { fail(.tooLong) }
        return nil
    }

    /// Whether a line feed ends the record.
    private var endsRecord: Bool {
        switch state {
        case .fieldStart, .plain, .quoteSeen, .carriageReturn: true
        case .quoted, .unreadable: false
        }
    }

    private mutating func take(_ byte: UInt8) {
        switch (state, byte) {
        case (.unreadable, _): break
        case (.carriageReturn, _): fail(.bareCarriageReturn)
        case (.quoted, UInt8(ascii: "\"")): state = .quoteSeen
        case (.quoted, _): field.append(byte)
        case (.quoteSeen, UInt8(ascii: "\"")):
            field.append(byte)
            state = .quoted
        case (_, UInt8(ascii: ",")):
            endField()
            state = .fieldStart
        case (_, UInt8(ascii: "\r")): state = .carriageReturn
        case (.fieldStart, UInt8(ascii: "\"")): state = .quoted
        case (.quoteSeen, _): fail(.textAfterQuote)
        case (_, UInt8(ascii: "\"")): fail(.strayQuote)
        default:
            field.append(byte)
            state = .plain
        }
    }

    private mutating func fail(_ fault: Fault) {
        if case .unreadable = state { return }
        state = .unreadable(fault)
        (fields, field) = ([], [])
    }

    private mutating func endField() {
        fields.append(field)
        field = []
    }

    private mutating func end() -> Record {
        endField()
        return end(.success(fields))
    }

    private mutating func end(_ result: Result<[[UInt8]], Fault>) -> Record {
        let record = Record(line: firstLine, raw: raw, fields: result)
        (fields, field, raw, state, firstLine) = ([], [], [], .fieldStart, line)
        return record
    }

    private mutating func skipLine() -> Record? {
        (fields, field, raw, state, firstLine) = ([], [], [], .fieldStart, line)
        return nil
    }
}
