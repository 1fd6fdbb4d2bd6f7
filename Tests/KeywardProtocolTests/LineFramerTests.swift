import KeywardProtocol
import Testing

@Suite struct LineFramerTests {
    @Test func findsWholeLines() {
        #expect(lines(of: "a\nbc\nd", limit: 10, chunk: 100) == ["a", "bc", "d"])
    }
}

/// Feeds `text` in chunks, empties the buffer after every line, and returns the lines; `"!"` stands for one too long.
private func lines(of text: String, limit: Int, chunk: Int) -> [String] {
    var framer = LineFramer(limit: limit)
    var found: [String] = []
    var held: [UInt8] = []
    var rest = Array(text.utf8)[...]
    repeat {
        held += rest.prefix(chunk)
        rest = rest.dropFirst(chunk)
        loop: while true {
            switch framer.next(in: held.span, atEnd: rest.isEmpty) {
            case .line(let range): found.append(String(decoding: held[range], as: UTF8.self))
            case .incomplete: break loop
            case .tooLong: return found + ["!"]
            }
        }
        held.removeFirst(framer.position)
        framer.removedFirst(framer.position)
    } while !rest.isEmpty
    return found
}
