import KeywardProtocol

/// Frames any bytes, after a first byte that sets the limit: whole, piece by piece, with the buffer drained at its
/// start, and with rewinds. All ways must find the same lines as a simple split.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFramer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first else { return 0 }
    let limit = Int(first % 32)
    let bytes = Array(input.dropFirst())
    let expected = split(bytes, limit: limit)
    for piece in [bytes.count, 1, 2, 3, 5, 8, 13] where piece > 0 {
        precondition(frames(of: bytes, limit: limit, piece: piece) == expected, "in pieces of \(piece)")
    }
    return 0
}

/// The lines, and whether one that is too long ends them.
private struct Framed: Equatable {
    var lines: [[UInt8]] = []
    var isTooLong = false
}

private func split(_ bytes: [UInt8], limit: Int) -> Framed {
    var found = Framed()
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        if line.count > limit {
            found.isTooLong = true
            break
        }
        if !line.allSatisfy({ " \t\r".utf8.contains($0) }) { found.lines.append(Array(line)) }
    }
    return found
}

private func frames(of bytes: [UInt8], limit: Int, piece: Int) -> Framed {
    var found = Framed()
    var framer = LineFramer(limit: limit)
    var held: [UInt8] = []
    var fed = 0
    while !found.isTooLong {
        held += bytes[fed..<min(bytes.count, fed + piece)]
        fed = min(bytes.count, fed + piece)
        let isLast = fed == bytes.count
        take(&framer, held, atEnd: isLast, into: &found)
        if isLast { break }
        held.removeFirst(framer.position)
        framer.removedFirst(framer.position)
    }
    return found
}

private func take(_ framer: inout LineFramer, _ held: [UInt8], atEnd: Bool, into found: inout Framed) {
    while true {
        switch framer.next(in: held.span, atEnd: atEnd) {
        case .incomplete: return
        case .tooLong:
            found.isTooLong = true
            return
        case .line(let range):
            // After a rewind it is found again.
            framer.rewind(to: range.lowerBound)
            precondition(framer.next(in: held.span, atEnd: atEnd) == .line(range))
            found.lines.append(Array(held[range]))
        }
    }
}
