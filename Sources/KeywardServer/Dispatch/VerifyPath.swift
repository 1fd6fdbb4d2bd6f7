import KeywardCore
import KeywardProtocol

/// The hot path: verifications of one read are scanned and digested first, then decided and answered together under
/// one hold of the ring. It waits for nothing, and in steady state it allocates nothing of its own.
struct VerifyPath {
    private let application: Application
    private let peppers: [Pepper]
    private var peer = PeerCredentials(uid: 0, gid: 0, pid: 0, groups: [])
    private var pending: [Pending] = []
    /// Scopes asked for by the pending verifications, and further digests where there are retired peppers.
    private var scopes: [[UInt8]] = []
    private var furtherDigests: [Digest] = []

    private struct Pending {
        /// The id, as a place in the bytes of the batch.
        var id: Range<Int>
        /// `nil` if what was presented is no key.
        var digest: Digest?
        var workspace: Workspace
        var scopes: Range<Int>
        var furtherDigests: Range<Int>
    }

    private enum Workspace {
        case standard
        case any
        case named(Range<Int>)
        /// Written with escapes, so decoded.
        case decoded([UInt8])
    }

    init(_ application: Application) {
        self.application = application
        peppers = application.authority.allPeppers
    }

    mutating func begin(_ peer: PeerCredentials) {
        self.peer = peer
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
        var item = Pending(
            id: id.lowerBound + offset..<id.upperBound + offset, digest: nil,
            workspace: Self.workspace(params.workspace, of: tape, in: line, at: offset),
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

    /// Decides and answers all that were taken, in their order.
    mutating func finish(in bytes: Span<UInt8>, into output: inout ByteBuffer) {
        guard !pending.isEmpty else { return }
        let now = application.now()
        var strangers = UnknownKeys.Share(uid: peer.uid)
        let hasFirstUses = application.authority.ring.withState { state in
            for item in pending {
                let verdict = decide(item, in: bytes, &state, now)
                strangers.count(verdict.code)
                Reply.beginResult(id: bytes.extracting(item.id), into: &output)
                VerdictText.append(verdict, &state, into: &output)
                Reply.end(into: &output)
            }
            return !state.firstUses.isEmpty
        }
        if hasFirstUses { application.noteFirstUses() }
        application.strangers.add(strangers)
        pending.removeAll(keepingCapacity: true)
        scopes.removeAll(keepingCapacity: true)
        furtherDigests.removeAll(keepingCapacity: true)
    }

    private mutating func digest(_ key: UnsafeRawBufferPointer, for item: inout Pending) {
        guard KeyFormat.isWellFormed(key) else { return }
        item.digest = peppers[0].digest(of: key)
        for pepper in peppers.dropFirst() { furtherDigests.append(pepper.digest(of: key)) }
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

    private static func workspace(
        _ node: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>, at offset: Int
    ) -> Workspace {
        guard let node else { return .standard }
        if tape.equals(node, "*", in: line) { return .any }
        let contents = tape[node].contents
        guard tape[node].hasEscapes else {
            return .named(contents.lowerBound + offset..<contents.upperBound + offset)
        }
        return .decoded(Array((tape.string(node, in: line) ?? "").utf8))
    }

    private func decide(
        _ item: Pending, in bytes: Span<UInt8>, _ state: inout RingState, _ now: Instant
    ) -> Verdict {
        guard var digest = item.digest else { return state.counted(Verdict(code: .malformed)) }
        if !item.furtherDigests.isEmpty, state.table.find(digest) == nil {
            digest = furtherDigests[item.furtherDigests].first { state.table.find($0) != nil } ?? digest
        }
        let filter =
            switch item.workspace {
            case .any: WorkspaceFilter.any
            case .standard: state.defaultWorkspace
            case .named(let range): bytes.extracting(range).withUnsafeBytes { state.filter(named: $0) }
            case .decoded(let name): name.withUnsafeBytes { state.filter(named: $0) }
            }
        return state.verify(digest, by: peer.uid, at: now, in: filter) { held in
            scopes[item.scopes].allSatisfy { needed in needed.withUnsafeBytes { Scope.covers(held, $0) } }
        }
    }
}
