import Synchronization

/// What a change reads or writes that another one on its way must not: two changes with a claim in common are decided
/// one after the other is in force.
enum Claim: Hashable, Sendable {
    case key(Int64)
    case name(String, workspace: Int64)
    case prefix(String)
    case request(Authority.RequestKey)
    /// Room under the cap that a workspace's plan sets.
    case room(workspace: Int64)
    case everything
}

extension Draft {
    /// What the change touches. Other ends of rotations count as touched: what may become of a key hangs on them.
    var claims: Set<Claim> {
        guard !changesDirectory, changes.purged.isEmpty, changes.forgetRequestsBefore == nil, changes.clock == nil
        else {
            return [.everything]
        }
        var claims: Set<Claim> = []
        for key in changes.keys {
            claims.insert(.key(key.number))
            if let other = key.successor { claims.insert(.key(other)) }
            if let other = key.origin?.predecessor { claims.insert(.key(other)) }
            claims.insert(.name(key.name, workspace: key.workspace))
            claims.insert(.prefix(key.prefix))
            let isCapped = directory.workspaces[key.workspace].map { directory.plan(of: $0).maxKeys != nil } ?? true
            if isCapped { claims.insert(.room(workspace: key.workspace)) }
        }
        for request in changes.requests {
            claims.insert(.request(Authority.RequestKey(workspace: request.workspace, requestID: request.requestID)))
        }
        return claims
    }
}

/// The changes that are decided and not yet in force: a group that is being written, and those that wait behind it.
struct ChangeLine {
    /// As the last change in line leaves it.
    private(set) var writer: Authority.Writer
    /// As the last change on disk leaves it.
    private(set) var stored: Authority.Writer
    /// The latest instant at which a change in line was decided.
    private(set) var latest = Instant.distantPast
    private var waiting: [any ChangeInLine] = []
    private var waitingClaims: Set<Claim> = []
    private var writtenClaims: Set<Claim> = []
    private var written: Authority.Writer?

    init(writer: Authority.Writer) {
        self.writer = writer
        stored = writer
    }

    var isEmpty: Bool { waiting.isEmpty && written == nil }
    var waitingCount: Int { waiting.count }

    /// Whether no change on its way touches what these claims name.
    func admits(_ claims: Set<Claim>) -> Bool {
        isEmpty
            || !claims.contains(.everything) && isFree(of: claims, waitingClaims) && isFree(of: claims, writtenClaims)
    }

    private func isFree(of claims: Set<Claim>, _ taken: Set<Claim>) -> Bool {
        !taken.contains(.everything) && taken.isDisjoint(with: claims)
    }

    /// Links a draft's entries to the audit chain, as the next change in line.
    func seal(_ draft: Draft, by actor: Actor, at now: Instant) -> Draft {
        var (draft, chain) = (draft, draft.writer.chain)
        draft.changes.audit = draft.notes.map { chain.append($0, by: actor, at: now) }
        draft.writer.chain = chain
        return draft
    }

    mutating func append(_ change: any ChangeInLine, _ claims: Set<Claim>) {
        waiting.append(change)
        waitingClaims.formUnion(claims)
        writer = change.draft.writer
        let mark = change.draft.changes.mark
        latest = change.draft.changes.setsBack ? mark : max(latest, mark)
    }

    /// Takes all that wait, to be written together.
    mutating func takeGroup() -> [any ChangeInLine] {
        defer { (waiting, waitingClaims) = ([], []) }
        if !waiting.isEmpty { (written, writtenClaims) = (writer, waitingClaims) }
        return waiting
    }

    /// The group that was taken is on disk and in force.
    mutating func groupIsStored() {
        stored = written ?? stored
        (written, writtenClaims) = (nil, [])
    }

    /// Nothing of the group that was taken is on disk. What waits continues a chain that has broken off.
    mutating func groupFailed() {
        (written, writtenClaims) = (nil, [])
        takeBack()
    }

    /// Has all that wait decided anew, unless one of them is alone in line, which may not be. Only while nothing is
    /// written.
    mutating func takeBackUnlessAlone() -> Bool {
        guard !waitingClaims.contains(.everything) else { return false }
        takeBack()
        return true
    }

    /// Has all that wait decided anew.
    mutating func takeBack() {
        takeGroup().forEach { $0.decideAnew() }
        (written, writtenClaims) = (nil, [])
        writer = stored
    }
}

/// A change in line, whatever comes of it.
protocol ChangeInLine: AnyObject, Sendable {
    var draft: Draft { get }

    /// It is on disk and in force.
    func settle(in state: borrowing RingState)
    func refuse(_ refusal: Refusal)
    func decideAnew()
}

/// A change in line, with the result that whoever asked for it waits for.
final class PendingChange<Result: Sendable>: ChangeInLine {
    private enum Outcome: Sendable {
        case settled(Result)
        case refused(Refusal)
        case toDecideAnew
    }

    let draft: Draft
    private let result: @Sendable (borrowing RingState) -> Result
    private let state = Mutex<Outcome?>(nil)

    init(_ draft: Draft, _ result: @escaping @Sendable (borrowing RingState) -> Result) {
        self.draft = draft
        self.result = result
    }

    var isOver: Bool { state.withLock { $0 != nil } }

    /// What came of it; `nil` if it is to be decided anew. Only when it is over.
    func outcome() throws(Refusal) -> Result? {
        switch state.withLock({ $0 }) {
        case .settled(let result): return result
        case .refused(let refusal): throw refusal
        case .toDecideAnew, nil: return nil
        }
    }

    func settle(in ring: borrowing RingState) {
        let result = result(ring)
        state.withLock { $0 = .settled(result) }
    }

    func refuse(_ refusal: Refusal) {
        state.withLock { $0 = .refused(refusal) }
    }

    func decideAnew() {
        state.withLock { $0 = .toDecideAnew }
    }
}
