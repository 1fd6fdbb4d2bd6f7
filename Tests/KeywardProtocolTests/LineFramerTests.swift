import KeywardProtocol
import Testing

@Suite struct LineFramerTests {
    /// Whole, byte by byte, and in uneven pieces.
    static let chunks = [1, 2, 3, 7, 1_000]

    @Test(arguments: chunks) func findsEveryLineWhateverThePieces(chunk: Int) {
        #expect(lines(of: "a\nbc\n{\"d\":\"\u{e9}\"}\n", limit: 20, chunk: chunk) == ["a", "bc", "{\"d\":\"\u{e9}\"}"])
    }

    @Test(arguments: chunks) func ignoresBlankLines(chunk: Int) {
        #expect(lines(of: "\n\n \t \n\r\na\n\r\n \r", limit: 20, chunk: chunk) == ["a"])
    }

    @Test(arguments: chunks) func keepsTheCarriageReturnOfALine(chunk: Int) {
        #expect(lines(of: "a\r\nb\r\n", limit: 20, chunk: chunk) == ["a\r", "b\r"])
    }

    @Test(arguments: chunks) func countsALastLineWithoutALineFeed(chunk: Int) {
        #expect(lines(of: "a\nlast", limit: 20, chunk: chunk) == ["a", "last"])
    }

    @Test func aLineThatIsNotEndedWaits() {
        var framer = LineFramer(limit: 20)
        #expect(framer.next(in: Array("par".utf8).span) == .incomplete)
        #expect(framer.next(in: Array("partial\n".utf8).span) == .line(0..<7))
        #expect(framer.position == 8)
    }

    @Test(arguments: chunks) func takesALineOfExactlyTheLimit(chunk: Int) {
        let line = String(repeating: "x", count: 50)
        #expect(lines(of: line + "\n" + line, limit: 50, chunk: chunk) == [line, line])
    }

    @Test(arguments: chunks) func refusesALineOneByteBeyondTheLimit(chunk: Int) {
        let line = String(repeating: "x", count: 51)
        #expect(lines(of: "a\n" + line + "\nb\n", limit: 50, chunk: chunk) == ["a", "!"])
        #expect(lines(of: "a\n" + line, limit: 50, chunk: chunk) == ["a", "!"])
    }

    @Test func refusesALineThatIsTooLongBeforeItEnds() {
        var framer = LineFramer(limit: 4)
        #expect(framer.next(in: Array("1234".utf8).span) == .incomplete)
        #expect(framer.next(in: Array("12345".utf8).span) == .tooLong)
        #expect(framer.next(in: Array("12345\n".utf8).span) == .tooLong)
    }

    @Test func findsAgainWhatWasTakenBack() {
        let bytes = Array("one\ntwo\nthree\n".utf8)
        var framer = LineFramer(limit: 20)
        #expect(framer.next(in: bytes.span) == .line(0..<3))
        #expect(framer.next(in: bytes.span) == .line(4..<7))
        framer.rewind(to: 4)
        framer.removedFirst(4)
        let rest = Array(bytes[4...])
        #expect(framer.next(in: rest.span) == .line(0..<3))
        #expect(framer.next(in: rest.span) == .line(4..<9))
        #expect(framer.next(in: rest.span) == .incomplete)
    }

    @Test(arguments: 0..<200) func agreesWithSplittingTheWholeText(seed: Int) {
        var random = Seeded(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        let alphabet: [Character] = ["a", "\n", "\n", " ", "\r", "{", "\u{20ac}"]
        let length = Int.random(in: 0...300, using: &random)
        let text = String((0..<length).map { _ in alphabet.randomElement(using: &random) ?? "a" })
        let limit = Int.random(in: 3...40, using: &random)
        var expected: [String] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.count > limit {
                expected.append("!")
                break
            }
            if line.contains(where: { !" \t\r".utf8.contains($0) }) { expected.append(String(line) ?? "?") }
        }
        #expect(lines(of: text, limit: limit, chunk: Int.random(in: 1...50, using: &random)) == expected)
    }
}

/// Feeds `text` in chunks, empties the buffer after each, and returns the lines; `"!"` means one too long.
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

/// SplitMix64 (Steele, Lea and Flood, 2014).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
