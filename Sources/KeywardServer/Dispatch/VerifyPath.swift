import KeywardBase
import KeywardCore
import KeywardProtocol

/// The hot path: verifications of one read are scanned and digested first, then decided and answered together under
/// one hold of the registry. It waits for nothing, and in steady state it allocates nothing of its own.
struct VerifyPath {
    private let application: Application
    private let pepper: Pepper
    private let retiredPeppers: [Pepper]
    private var pending: [Pending] = []
    /// The batches that were taken whole, and how many of them are answered.
    private var batches: [Batch] = []
    private var answered = 0
    /// The instant at which they are decided.
    private var instant = Instant.distantPast
    /// What only some of the pending verifications have: scopes asked for, workspaces that were written with escapes,
    /// and further digests where there are retired peppers.
    private var scopes: [[UInt8]] = []
    private var decodedNames: [[UInt8]] = []
    private var furtherDigests: [Digest] = []

    /// Plain numbers, so that no reference is counted when it is moved.
    private struct Pending {
        /// The id, as a place in the bytes of the batch.
        var id: Range<Int>
        /// `nil` if what was presented is no key.
        var digest: Digest?
        var workspace: Workspace
        var scopes: Range<Int>
        var furtherDigests: Range<Int>
    }

    /// Pending verifications of one connection.
    private struct Batch {
        var uid: UInt32
        var range: Range<Int>
    }

    /// How many verifications of several connections are answered together at most; what they need of their keys, some
    /// half a kilobyte each, fits the second cache.
    private static let together = 512

    private enum Workspace {
        case standard
        case any
        case named(Range<Int>)
        /// Written with escapes: the place of the decoded name.
        case decoded(Int)
    }

    init(_ application: Application) {
        self.application = application
        let peppers = application.authority.allPeppers
        pepper = peppers[0]
        retiredPeppers = Array(peppers.dropFirst())
    }

    /// Takes a request if it is a verification without fault; what it does not take is answered elsewhere.
    mutating func take(
        _ request: Request, of tape: borrowing JSONTape, in line: Span<UInt8>, at offset: Int
    ) -> Bool {
        guard let id = request.id, tape.equals(request.method, "keys.verify", in: line),
            let params = try? VerifyParams(request.params, of: tape, in: line)
        else { return false }
        let scopeStart = scopes.count
        if let node = params.scopes {
            guard takeScopes(node, of: tape, in: line) else { return false }
        }
        let workspace = workspace(params.workspace, of: tape, in: line, at: offset)
        var item = Pending(
            id: id.lowerBound + offset..<id.upperBound + offset, digest: nil, workspace: workspace,
            scopes: scopeStart..<scopes.count, furtherDigests: furtherDigests.count..<furtherDigests.count)
        if tape[params.key].hasEscapes {
            var key = ByteBuffer()
            tape.appendString(params.key, in: line, to: &key)
            key.withUnsafeBytes { digest($0, for: &item) }
        } else {
            line.extracting(tape[params.key].contents).withUnsafeBytes { digest($0, for: &item) }
        }
        pending.append(item)
        return true
    }

    /// Takes a line in the one shape that clients send when they write no more than is needed; its key is well-formed.
    mutating func take(plain line: Span<UInt8>, at offset: Int) -> Bool {
        guard let places = PlainVerification(line) else { return false }
        var item = Pending(
            id: places.id.lowerBound + offset..<places.id.upperBound + offset, digest: nil, workspace: .standard,
            scopes: scopes.count..<scopes.count, furtherDigests: furtherDigests.count..<furtherDigests.count)
        line.extracting(places.key).withUnsafeBytes { digest(wellFormed: $0, for: &item) }
        pending.append(item)
        return true
    }

    /// Begins a batch of at most so many verifications, to be answered together with those of other connections; where
    /// it begins, or `nil` if there are too many already.
    func beginBatch(of count: Int) -> Int? {
        pending.count + count <= Self.together ? pending.count : nil
    }

    /// Ends the batch that began at `start`, from a process of `uid`.
    mutating func endBatch(from start: Int, of uid: UInt32) {
        batches.append(Batch(uid: uid, range: start..<pending.count))
    }

    /// Gives back what was taken of the batch that began at `start`.
    mutating func dropBatch(from start: Int) {
        pending.removeSubrange(start...)
        if pending.isEmpty { forget() }
    }

    /// Decides and answers the oldest batch that was taken; before the first of them, has the keys of all fetched.
    mutating func answerTaken(in bytes: Span<UInt8>, into output: inout ByteBuffer) {
        if answered == 0 {
            instant = application.now()
            application.authority.registry.withState { prefetchKeys(&$0) }
        }
        let batch = batches[answered]
        answer(batch.range, from: batch.uid, at: instant, in: bytes, into: &output)
        answered += 1
        guard answered == batches.count else { return }
        batches.removeAll(keepingCapacity: true)
        answered = 0
        forget()
    }

    /// Decides and answers all that were taken one by one, in their order, from a process of `uid`.
    mutating func finish(from uid: UInt32, in bytes: Span<UInt8>, into output: inout ByteBuffer) {
        guard !pending.isEmpty else { return }
        if pending.count > 1 { application.authority.registry.withState { prefetchKeys(&$0) } }
        answer(pending.indices, from: uid, at: application.now(), in: bytes, into: &output)
        forget()
    }

    private mutating func answer(
        _ range: Range<Int>, from uid: UInt32, at now: Instant, in bytes: Span<UInt8>, into output: inout ByteBuffer
    ) {
        var decision = VerifyDecision(uid: uid, now: now)
        let hasFirstUses = application.authority.registry.withState { state in
            for item in pending[range] {
                Reply.beginResult(id: bytes.extracting(item.id), into: &output)
                decision.answer(
                    isKey: item.digest != nil, find(item, in: state), in: filter(item.workspace, in: bytes, state),
                    requiring: item.scopes.isEmpty ? [] : scopes[item.scopes], &state, into: &output)
                Reply.end(into: &output)
            }
            return !state.firstUses.isEmpty
        }
        if hasFirstUses { application.noteFirstUses() }
        application.unknownKeys.add(decision.unknownKeys)
    }

    private mutating func forget() {
        pending.removeAll(keepingCapacity: true)
        if !scopes.isEmpty { scopes.removeAll(keepingCapacity: true) }
        if !decodedNames.isEmpty { decodedNames.removeAll(keepingCapacity: true) }
        if !furtherDigests.isEmpty { furtherDigests.removeAll(keepingCapacity: true) }
    }

    /// Reads what the decisions will. What one step reads for all keys, memory fetches side by side.
    private mutating func prefetchKeys(_ state: inout RegistryState) {
        for item in pending {
            if let digest = item.digest { state.prefetchSlot(for: digest) }
        }
        for item in pending {
            if let found = find(item, in: state) { state.prefetch(found) }
        }
    }

    /// Mutating for the same reason as ``filter(_:in:_:)``.
    private mutating func find(_ item: Pending, in state: borrowing RegistryState) -> KeyTable.Index? {
        guard let digest = item.digest else { return nil }
        if let found = state.table.find(digest) { return found }
        for further in furtherDigests[item.furtherDigests] {
            if let found = state.table.find(further) { return found }
        }
        return nil
    }

    private mutating func digest(_ key: UnsafeRawBufferPointer, for item: inout Pending) {
        if KeyFormat.isWellFormed(key) { digest(wellFormed: key, for: &item) }
    }

    private mutating func digest(wellFormed key: UnsafeRawBufferPointer, for item: inout Pending) {
        item.digest = pepper.digest(of: key)
        for pepper in retiredPeppers { furtherDigests.append(pepper.digest(of: key)) }
        item.furtherDigests = item.furtherDigests.lowerBound..<furtherDigests.count
    }

    private mutating func takeScopes(_ node: Int, of tape: borrowing JSONTape, in line: Span<UInt8>) -> Bool {
        let start = scopes.count
        tape.forEachElement(of: node) { element in
            var text = ByteBuffer(capacity: 64)
            tape.appendString(element, in: line, to: &text)
            scopes.append(text.withUnsafeBytes { Array($0) })
        }
        let areGood =
            scopes.count - start <= Scope.most
            && scopes[start...].allSatisfy { Scope.canBeRequired(String(decoding: $0, as: UTF8.self)) }
        if !areGood { scopes.removeSubrange(start...) }
        return areGood
    }

    private mutating func workspace(
        _ node: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>, at offset: Int
    ) -> Workspace {
        guard let node else { return .standard }
        if tape.equals(node, "*", in: line) { return .any }
        let contents = tape[node].contents
        guard tape[node].hasEscapes else {
            return .named(contents.lowerBound + offset..<contents.upperBound + offset)
        }
        decodedNames.append(Array((tape.string(node, in: line) ?? "").utf8))
        return .decoded(decodedNames.count - 1)
    }

    /// Changes nothing of `self`, and yet is mutating: within a closure a call that only reads gets a copy of it all.
    private mutating func filter(
        _ workspace: Workspace, in bytes: Span<UInt8>, _ state: borrowing RegistryState
    ) -> WorkspaceFilter {
        switch workspace {
        case .any: .any
        case .standard: state.defaultWorkspace
        case .named(let range): bytes.extracting(range).withUnsafeBytes { state.filter(named: $0) }
        case .decoded(let place): decodedNames[place].withUnsafeBytes { state.filter(named: $0) }
        }
    }
}
