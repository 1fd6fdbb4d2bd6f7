import KeywardCore
import KeywardProtocol

/// The hot path: verifications of one read are scanned and digested first, then decided and answered together under
/// one hold of the ring. It waits for nothing, and in steady state it allocates nothing of its own.
struct VerifyPath {
    private let application: Application
    private let pepper: Pepper
    private let retiredPeppers: [Pepper]
    private var uid: UInt32 = 0
    private var pending: [Pending] = []
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
        /// Where the key is, once it was looked up.
        var found: KeyTable.Index?
        var workspace: Workspace
        var scopes: Range<Int>
        var furtherDigests: Range<Int>
    }

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

    /// What is taken from here on is asked by a process of this uid.
    mutating func begin(_ uid: UInt32) {
        self.uid = uid
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

    /// Decides and answers all that were taken, in their order.
    mutating func finish(in bytes: Span<UInt8>, into output: inout ByteBuffer) {
        guard !pending.isEmpty else { return }
        var decision = VerifyDecision(uid: uid, now: application.now())
        let hasFirstUses = application.authority.ring.withState { state in
            lookUp(&state)
            for item in pending {
                Reply.beginResult(id: bytes.extracting(item.id), into: &output)
                decision.answer(
                    isKey: item.digest != nil, item.found, in: filter(item.workspace, in: bytes, state),
                    requiring: item.scopes.isEmpty ? [] : scopes[item.scopes], &state, into: &output)
                Reply.end(into: &output)
            }
            return !state.firstUses.isEmpty
        }
        if hasFirstUses { application.noteFirstUses() }
        application.strangers.add(decision.strangers)
        pending.removeAll(keepingCapacity: true)
        if !scopes.isEmpty { scopes.removeAll(keepingCapacity: true) }
        if !decodedNames.isEmpty { decodedNames.removeAll(keepingCapacity: true) }
        if !furtherDigests.isEmpty { furtherDigests.removeAll(keepingCapacity: true) }
    }

    /// Looks all keys up before the first is decided. What one step reads for all of them, memory fetches side by side.
    private mutating func lookUp(_ state: inout RingState) {
        if pending.count > 1 {
            for item in pending {
                if let digest = item.digest { state.touchSlot(for: digest) }
            }
        }
        for place in pending.indices {
            guard let digest = pending[place].digest else { continue }
            pending[place].found = state.table.find(digest)
            for further in furtherDigests[pending[place].furtherDigests] where pending[place].found == nil {
                pending[place].found = state.table.find(further)
            }
        }
        guard pending.count > 1 else { return }
        for item in pending {
            if let found = item.found { state.touch(found) }
        }
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
        _ workspace: Workspace, in bytes: Span<UInt8>, _ state: borrowing RingState
    ) -> WorkspaceFilter {
        switch workspace {
        case .any: .any
        case .standard: state.defaultWorkspace
        case .named(let range): bytes.extracting(range).withUnsafeBytes { state.filter(named: $0) }
        case .decoded(let place): decodedNames[place].withUnsafeBytes { state.filter(named: $0) }
        }
    }
}
