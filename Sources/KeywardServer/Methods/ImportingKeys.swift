import KeywardBase
import KeywardCore
import KeywardProtocol
import Synchronization

extension ImportKeys: ServedMethod {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
        guard counts.contains(params.keys.count) else {
            throw ParamsFault(param: "keys", "`keys` must be 1 to 10,000 keys.")
        }
    }

    /// The parameters of many keys take a while to read: that is not for the event loop.
    static func prepare(_ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>) throws(ParamsFault)
        -> PreparedCall
    {
        let text = params.map { node in line.extracting(tape[node].range).withUnsafeBytes { Array($0) } } ?? []
        return PreparedCall { call, ending, completion in
            call.services.reads.add(of: call.peer.uid) {
                let run = ImportRun(call, ending, completion)
                do throws(ParamsFault) { run.start(try read(text)) } catch { run.end(error.error) }
            }
        }
    }

    private static func read(_ text: [UInt8]) throws(ParamsFault) -> Params {
        var tape = JSONTape()
        guard !text.isEmpty, (try? tape.scan(text.span)) != nil else {
            return try JSONCoding.decodeParams(Params.self, from: tape, node: nil, in: text.span)
        }
        return try readParams(0, of: tape, in: text.span)
    }
}

/// One call: its parts are made one after another, each in a transaction, and other changes in between.
private final class ImportRun: Sendable {
    private static let rowsAtOnce = 100

    private struct Row: Sendable {
        var outcome: ImportOutcome?
        var error: RowRefusal?
    }

    private struct State: Sendable {
        var rows: [Row] = []
        /// The rows for the core with their positions; the number of those that were passed to it.
        var sound: [(place: Int, row: ImportRow)] = []
        var next = 0
        var workspace: String?
        var role = Role.admin
        var trial: ImportTrial?
        var params: (workspace: String?, isTrial: Bool) = (nil, false)
    }

    private let call: CallContext
    private let ending: Reply.Ending
    private let completion: @Sendable ([UInt8]) -> Void
    private let state = Mutex(State())

    init(_ call: CallContext, _ ending: Reply.Ending, _ completion: @escaping @Sendable ([UInt8]) -> Void) {
        self.call = call
        self.ending = ending
        self.completion = completion
    }

    func start(_ params: ImportKeys.Params) {
        let checked = params.keys.map { ImportCheck.row($0, as: params.format) }
        state.withLock { state in
            state.params = (params.workspace, params.dryRun ?? false)
            state.trial = state.params.isTrial ? ImportTrial() : nil
            for (place, row) in checked.enumerated() {
                switch row {
                case .success(let row):
                    state.rows.append(Row())
                    state.sound.append((place, row))
                case .failure(let fault): state.rows.append(Row(error: RowRefusal(fault.error)))
                }
            }
        }
        makePart()
    }

    /// Makes the next part. The first one may be empty: then it only checks the caller and the workspace.
    private func makePart() {
        let (places, operation) = state.withLock { state in
            let part = state.sound[state.next..<min(state.next + Self.rowsAtOnce, state.sound.count)]
            state.next += part.count
            return (
                part.map(\.place),
                Operations.ImportKeys(
                    part.map(\.row), workspace: state.params.workspace, trial: state.trial, using: call.generator)
            )
        }
        call.services.changes.make(operation, by: call.peer) { [self] result, facts in
            switch result {
            case .success(let part):
                let isMore = take(part, at: places)
                if isMore { makePart() } else { finish() }
            case .failure(let refusal): take(refusal, at: places, facts)
            }
        }
    }

    /// Accepts the outcomes of a part. Whether there is another.
    private func take(_ part: ImportedPart, at places: [Int]) -> Bool {
        state.withLock { state in
            for (place, outcome) in zip(places, part.outcomes) { state.rows[place].outcome = outcome }
            (state.workspace, state.role, state.trial) = (part.workspace, part.role, part.trial)
            return state.next < state.sound.count
        }
    }

    /// Nothing of a part was done. If an earlier part was, its rows are answered, and all later rows are refused.
    private func take(_ refusal: Refusal, at places: [Int], _ facts: DecisionFacts) {
        var call = call
        call.accounts = facts
        let error = ImportKeys.report(refusal, call)
        let isFirst = state.withLock { state in
            let refused = places + state.sound[state.next...].map(\.place)
            for place in refused { state.rows[place].error = RowRefusal(error) }
            return state.workspace == nil
        }
        if isFirst { end(error) } else { finish() }
    }

    // MARK: The reply

    /// Answers with a row for each key. Describing them takes a while: a reader does it.
    private func finish() {
        call.services.reads.add(of: call.peer.uid) { [self] in
            let state = state.withLock { $0 }
            let numbers = state.rows.compactMap { $0.outcome?.key }
            let views = call.authority.views(ofKeys: numbers, role: state.role, at: call.services.now())
            let rows = state.rows.map { row($0, views) }
            report(rows, state)
            var buffer = ByteBuffer()
            let id = call.id
            Reply.appendResult(ImportedRows(rows: rows).text, id: id.span, ending: ending, into: &buffer)
            completion(buffer.withUnsafeBytes { Array($0) })
        }
    }

    private func row(_ row: Row, _ views: [Int64: KeyView]) -> ImportedRow {
        let key = row.outcome?.key.flatMap { views[$0] }.map { call.describe($0) }
        switch row.outcome {
        case .created(_, let advice):
            return ImportedRow(.created, key: key, warnings: advice.map { Warning($0) })
        case .exists: return ImportedRow(.exists, key: key)
        case .conflict: return ImportedRow(.conflict)
        case .refused(let refusal):
            return ImportedRow(.refused, error: RowRefusal(refusal.error(accounts: call.accounts)))
        case nil: return ImportedRow(.refused, error: row.error)
        }
    }

    private func report(_ rows: [ImportedRow], _ state: State) {
        guard !state.params.isTrial, let workspace = state.workspace else { return }
        let account = call.account(call.peer.uid)
        var summary = ImportSummary(actor: Actor(uid: account.uid, user: account.user), workspace: workspace)
        for row in rows {
            switch row.outcome {
            case .created: summary.created += 1
            case .exists: summary.existing += 1
            default: summary.refused += 1
            }
        }
        call.services.report(.keysImported(summary))
    }

    /// Answers with an error.
    func end(_ error: RPCError) {
        var buffer = ByteBuffer()
        let id = call.id
        Reply.appendError(error, id: id.span, ending: ending, into: &buffer)
        completion(buffer.withUnsafeBytes { Array($0) })
    }
}

extension ImportOutcome {
    /// The number of the key that is described.
    fileprivate var key: Int64? {
        switch self {
        case .created(let number, _), .exists(let number): number
        case .conflict, .refused: nil
        }
    }
}
