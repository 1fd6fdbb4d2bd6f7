internal import KeywardBase
internal import KeywardClient
internal import KeywardDisplay
internal import KeywardProtocol

/// One run of `keyward import`: reads rows, calls the daemon with as many as fit into a request, and counts.
struct KeyImport {
    /// What became of the rows.
    struct Counts: Hashable, Sendable {
        var (created, existing, failed) = (0, 0, 0)
        var all: Int { created + existing + failed }
    }

    /// The most bytes of rows in a call. A request may have 1 MiB.
    static let mostBytes = 900 << 10
    /// How many failed rows are reported one by one.
    static let mostReports = 20

    private static let lasting: Set<RPCError.Code> = [.readOnly, .internalError, .shuttingDown]

    let session: Session
    let workspace: String?
    let format: ImportForm
    let isTrial: Bool
    let failedRows: FailedRows?
    let progress: ImportProgress
    private(set) var counts = Counts()
    private var batch: [(line: Int, raw: [UInt8], json: [UInt8])] = []
    private var batchBytes = 0
    private var header: [UInt8]?

    init(
        session: Session, workspace: String?, format: ImportForm, isTrial: Bool, failedRows: FailedRows?,
        progress: ImportProgress
    ) {
        self.session = session
        self.workspace = workspace
        self.format = format
        self.isTrial = isTrial
        self.failedRows = failedRows
        self.progress = progress
    }

    /// Imports all rows of a file.
    mutating func run(_ source: inout ImportSource) throws {
        while let row = try source.next() {
            header = source.header
            switch row.json {
            case .failure(let fault): try fail(row.line, row.raw, fault.message)
            case .success(let json):
                if batchBytes + json.count + 1 > Self.mostBytes || batch.count == ImportKeys.counts.upperBound {
                    try send(source.percentRead)
                }
                batch.append((row.line, row.raw, json))
                batchBytes += json.count + 1
            }
        }
        try send(source.percentRead)
    }

    private mutating func send(_ percentRead: Int?) throws {
        guard !batch.isEmpty else { return }
        let rows = batch[...]
        (batch, batchBytes) = ([], 0)
        try send(rows)
        progress.show(counts.all, percent: percentRead)
    }

    /// Sends rows in one call. If the daemon refuses the whole call for its parameters, one row is the reason: both
    /// halves are sent again, until it is alone.
    private mutating func send(_ rows: ArraySlice<(line: Int, raw: [UInt8], json: [UInt8])>) throws {
        let result: JSONText
        do throws(KeywardError) {
            result = try session.call(
                method: ImportKeys.name, params: params(of: rows), on: .admin, within: Session.longPatience)
        } catch {
            guard case .rejected(let refusal) = error, refusal.code == .invalidParams,
                refusal.data.param.map({ $0 == "keys" }) ?? true
            else { throw error }
            guard rows.count > 1, let middle = rows.indices.dropFirst(rows.count / 2).first else {
                return try rows.forEach { try fail($0.line, $0.raw, refusal.message) }
            }
            try send(rows[..<middle])
            return try send(rows[middle...])
        }
        if session.options.json { try session.console.write(json: result) }
        let outcomes = try Reply(result).rows
        guard outcomes.count == rows.count else {
            throw KeywardError.protocolViolation("the result of \(ImportKeys.name) does not follow the protocol")
        }
        for (row, outcome) in zip(rows, outcomes) { try count(outcome, of: row) }
    }

    private mutating func count(_ outcome: Reply.Row, of row: (line: Int, raw: [UInt8], json: [UInt8])) throws {
        switch outcome.outcome {
        case .created: counts.created += 1
        case .exists: counts.existing += 1
        case .conflict: try fail(row.line, row.raw, "Another workspace has this key.")
        default:
            guard let error = outcome.error else { return try fail(row.line, row.raw, "The daemon refused it.") }
            // Every other row would be refused for the same reason.
            if let code = RPCError.Code(rawValue: error.code), Self.lasting.contains(code) {
                throw KeywardError.rejected(RPCError(code, error.message))
            }
            try fail(row.line, row.raw, error.message)
        }
    }

    private mutating func fail(_ line: Int, _ raw: [UInt8], _ message: String) throws {
        counts.failed += 1
        if counts.failed <= Self.mostReports, !session.options.json {
            progress.clear()
            session.console.report("Line \(line): \(message)")
        }
        try failedRows?.add(raw, header: header)
    }

    /// The parameters with the rows as they are.
    private func params(of rows: ArraySlice<(line: Int, raw: [UInt8], json: [UInt8])>) -> JSONText {
        var buffer = ByteBuffer(capacity: Self.mostBytes + 256)
        buffer.append("{")
        if let workspace {
            buffer.append(#""workspace":"#)
            buffer.append(jsonString: workspace)
            buffer.append(",")
        }
        buffer.append(#""format":"#)
        buffer.append(jsonString: format.rawValue)
        buffer.append(isTrial ? #","dryRun":true,"keys":["# : #","keys":["#)
        for (index, row) in rows.enumerated() {
            if index > 0 { buffer.append(",") }
            row.json.withUnsafeBytes { buffer.append($0) }
        }
        buffer.append("]}")
        return JSONText(buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
    }

    /// The part of ``ImportKeys/Result`` that is counted: a million keys need not be decoded.
    private struct Reply: Decodable {
        var rows: [Row]

        struct Row: Decodable {
            var outcome: ImportedRow.Outcome
            var error: RowRefusal?
        }

        init(_ text: JSONText) throws(KeywardError) {
            do {
                self = try JSONCoding.decode(Self.self, from: Array(text.text.utf8))
            } catch {
                throw .protocolViolation("the result of \(ImportKeys.name) does not follow the protocol")
            }
        }
    }
}
