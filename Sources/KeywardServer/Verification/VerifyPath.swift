import KeywardBase
import KeywardCore
import KeywardProtocol

/// The hot path: collects verifications from the lines of a read, then the registry answers them together. It waits for
/// nothing, and in steady state it allocates nothing of its own.
struct VerifyPath: ~Copyable {
    private let services: VerificationServices
    private let registry: KeyRegistry
    private var batch: VerificationBatch
    /// The parts of the batch, each from one connection, and how many of them are answered.
    private var parts: [Range<Int>] = []
    private var answered = 0
    /// The instant of their decision.
    private var instant = Instant.distantPast

    /// The largest number of verifications of several connections that are answered together. The memory for their
    /// keys, some half a kilobyte each, fits the second-level cache.
    private static let together = 512

    init(_ services: VerificationServices) {
        self.services = services
        registry = services.registry
        batch = VerificationBatch(peppers: services.peppers, imports: services.registry.imports)
    }

    /// Accepts a request if it is a verification without a fault; other requests are answered elsewhere.
    mutating func take(
        _ request: Request, of tape: borrowing JSONTape, in line: Span<UInt8>, at offset: Int
    ) -> Bool {
        guard let id = request.id, tape.equals(request.method, "keys.verify", in: line),
            let params = try? VerifyParams(request.params, of: tape, in: line)
        else { return false }
        guard let demand = Self.demand(params, of: request, of: tape, in: line) else { return false }
        let workspace = workspace(params.workspace, of: tape, in: line, at: offset)
        let place = id.lowerBound + offset..<id.upperBound + offset
        if tape[params.key].hasEscapes {
            var key = ByteBuffer()
            tape.appendString(params.key, in: line, to: &key)
            key.withUnsafeBytes { batch.add($0, id: place, in: workspace, demand) }
        } else {
            let key = line.extracting(tape[params.key].contents)
            key.withUnsafeBytes { batch.add($0, id: place, in: workspace, demand) }
        }
        return true
    }

    /// Accepts a line in the form without unnecessary bytes; its key is well-formed, or may be an imported one.
    mutating func take(plain line: Span<UInt8>, at offset: Int) -> Bool {
        guard let places = PlainVerification(line, hasImports: !registry.imports.isEmpty) else { return false }
        let id = places.id.lowerBound + offset..<places.id.upperBound + offset
        let isWellFormed = places.isWellFormed
        line.extracting(places.key).withUnsafeBytes { key in
            if isWellFormed { batch.add(wellFormed: key, id: id) } else { batch.add(foreign: key, id: id) }
        }
        return true
    }

    // MARK: Several connections

    /// Begins the part of a connection, with at most `count` verifications, to be answered together with those of
    /// others. Returns its start, or `nil` if there are too many already.
    func beginPart(of count: Int) -> Int? { batch.count + count <= Self.together ? batch.count : nil }

    /// Ends the part that began at `start`.
    mutating func endPart(from start: Int) { parts.append(start..<batch.count) }

    /// Drops the verifications of the part that began at `start`.
    mutating func dropPart(from start: Int) { batch.truncate(to: start) }

    /// Decides and answers the oldest collected part, from `peer`.
    mutating func answerPart(from peer: PeerCredentials, in bytes: Span<UInt8>, into output: inout ByteBuffer) {
        if answered == 0 { instant = services.now() }
        answer(parts[answered], from: peer, at: instant, in: bytes, into: &output)
        answered += 1
        guard answered == parts.count else { return }
        parts.removeAll(keepingCapacity: true)
        answered = 0
        batch.removeAll()
    }

    // MARK: One connection

    /// Decides and answers all collected verifications, in order, from `peer`.
    mutating func finish(from peer: PeerCredentials, in bytes: Span<UInt8>, into output: inout ByteBuffer) {
        guard batch.count > 0 else { return }
        answer(0..<batch.count, from: peer, at: services.now(), in: bytes, into: &output)
        batch.removeAll()
    }

    private mutating func answer(
        _ places: Range<Int>, from peer: PeerCredentials, at now: Instant, in bytes: Span<UInt8>,
        into output: inout ByteBuffer
    ) {
        let answered = registry.answer(
            places, of: &batch, from: peer, at: now, in: bytes, into: &output)
        services.note(answered, from: peer.uid)
    }

    /// What is asked of the key; `nil` if that is not valid.
    private static func demand(
        _ params: VerifyParams, of request: Request, of tape: borrowing JSONTape, in line: Span<UInt8>
    ) -> VerificationDemand? {
        if params.hasFurther {
            let typed = try? JSONCoding.decodeParams(VerifyKey.Params.self, from: tape, node: request.params, in: line)
            guard let typed, (try? VerifyKey.check(typed)) != nil else { return nil }
            return VerificationDemand(typed)
        }
        var demand = VerificationDemand()
        if let node = params.scopes {
            guard let scopes = scopes(node, of: tape, in: line) else { return nil }
            demand.scopes = scopes
        }
        if let node = params.address {
            guard let address = address(node, of: tape, in: line) else { return nil }
            demand.address = address
        }
        return demand
    }

    private static func address(_ node: Int, of tape: borrowing JSONTape, in line: Span<UInt8>) -> IPAddress? {
        if tape[node].hasEscapes { return tape.string(node, in: line).flatMap { IPAddress($0) } }
        return IPAddress(line.extracting(tape[node].contents))
    }

    /// `nil` if one is not a valid scope, or there are too many.
    private static func scopes(_ node: Int, of tape: borrowing JSONTape, in line: Span<UInt8>) -> [[UInt8]]? {
        var scopes: [[UInt8]] = []
        tape.forEachElement(of: node) { element in
            var text = ByteBuffer(capacity: 64)
            tape.appendString(element, in: line, to: &text)
            scopes.append(text.withUnsafeBytes { Array($0) })
        }
        let areGood =
            scopes.count <= Scope.most
            && scopes.allSatisfy { Scope.canBeRequired(String(decoding: $0, as: UTF8.self)) }
        return areGood ? scopes : nil
    }

    private mutating func workspace(
        _ node: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>, at offset: Int
    ) -> VerificationBatch.Workspace {
        guard let node else { return .standard }
        if tape.equals(node, "*", in: line) { return .any }
        let contents = tape[node].contents
        guard tape[node].hasEscapes else {
            return .named(contents.lowerBound + offset..<contents.upperBound + offset)
        }
        return batch.keep(workspace: Array((tape.string(node, in: line) ?? "").utf8))
    }
}
