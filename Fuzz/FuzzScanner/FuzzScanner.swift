import KeywardBase
import KeywardProtocol
import ReferenceJSON

/// Scans any bytes. The scanner must accept the same texts as a simple parser of RFC 8259. Its nodes must tile the
/// text. Each string, decoded and encoded again, must scan to the same string.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzScanner(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var tape = JSONTape()
    var verdict = ReferenceJSON.Verdict.accept
    do {
        try tape.scan(bytes.span)
    } catch {
        verdict = error.code == .parseError ? .parseError : .invalidRequest
        precondition((0...count).contains(error.offset))
    }
    precondition(verdict == ReferenceJSON.verdict(on: bytes))
    if verdict == .accept { checkNodes(of: tape, bytes) }
    checkRequest(&tape, bytes)
    return 0
}

/// Nodes are nested in order; strings survive encoding.
private func checkNodes(of tape: borrowing JSONTape, _ bytes: [UInt8]) {
    precondition(tape.next(0) == tape.count)
    var again = JSONTape()
    for index in 0..<tape.count {
        let node = tape[index]
        precondition(node.range.lowerBound < node.range.upperBound && node.range.upperBound <= bytes.count)
        precondition(tape.next(index) > index && tape.next(index) <= tape.count)
        var child = index + 1
        var place = node.range.lowerBound
        while child < tape.next(index) {
            precondition(tape[child].range.lowerBound > place && tape[child].range.upperBound < node.range.upperBound)
            place = tape[child].range.upperBound - 1
            child = tape.next(child)
        }
        guard node.kind == .string else { continue }
        var written = ByteBuffer()
        var decoded = ByteBuffer()
        tape.appendString(index, in: bytes.span, to: &decoded)
        decoded.withBytes { written.append(jsonString: $0) }
        written.withBytes { text in
            do { try again.scan(text) } catch { preconditionFailure("\(error)") }
            decoded.withBytes { precondition(again.equals(0, $0, in: text)) }
        }
        decoded.withBytes { precondition(tape.equals(index, $0, in: bytes.span)) }
    }
}

/// Every line is parsed as something, and a refusal can be encoded as one line of JSON.
private func checkRequest(_ tape: inout JSONTape, _ bytes: [UInt8]) {
    var reply = ByteBuffer()
    switch tape.read(line: bytes.span) {
    case .request(let request):
        do {
            _ = try VerifyParams(request.params, of: tape, in: bytes.span)
            Reply.appendResult(NoParams(), id: request.id, of: bytes.span, into: &reply)
        } catch {
            Reply.appendError(error.error, id: request.id, of: bytes.span, into: &reply)
        }
        _ = try? JSONCoding.decodeParams(CreateKey.Params.self, from: tape, node: request.params, in: bytes.span)
        _ = try? JSONCoding.decodeParams(UpdateKey.Params.self, from: tape, node: request.params, in: bytes.span)
    case .batch(let array):
        tape.forEachElement(of: array) { _ = try? tape.request(at: $0, in: bytes.span) }
        return
    case .refused(let fault):
        Reply.appendError(fault.error, id: fault.id, of: bytes.span, into: &reply)
    }
    var again = JSONTape(limits: .reply)
    reply.withBytes { line in
        precondition(line[line.count - 1] == UInt8(ascii: "\n"))
        do { try again.scan(line) } catch { preconditionFailure("\(error)") }
    }
}
