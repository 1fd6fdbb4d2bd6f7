import KeywardBase
import Testing

struct CSVReaderTests {
    /// The records of a text, each as its fields joined by `|`, or as its fault, with the number of its line.
    private func records(_ text: String, limit: Int = 1_000) -> [String] {
        var reader = CSVReader(limit: limit)
        var found = text.utf8.compactMap { reader.read($0) }
        if let last = reader.finish() { found.append(last) }
        return found.map { record in
            switch record.fields {
            case .success(let fields):
                "\(record.line) " + fields.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
            case .failure(let fault): "\(record.line) \(fault)"
            }
        }
    }

    @Test(arguments: [
        ("a,b\nc,d\n", ["1 a|b", "2 c|d"]), ("a,b\r\nc,d\r\n", ["1 a|b", "2 c|d"]), ("a,b", ["1 a|b"]),
        ("\u{FEFF}a,b\n", ["1 a|b"]), ("\"a\",\"b,c\"\n", ["1 a|b,c"]), ("\"a\"\"b\"\n", ["1 a\"b"]),
        ("\"a\nb\",c\nd,e\n", ["1 a\nb|c", "3 d|e"]), ("\"a\r\nb\",c\r\n", ["1 a\r\nb|c"]), (",\n", ["1 |"]),
        ("\"\",\"\"\n", ["1 |"]), ("a\n\n\r\nb\n", ["1 a", "4 b"]), ("", []), ("\u{FEFF}", []), ("\n", []),
        ("a,\n", ["1 a|"]), (" a, b \n", ["1  a| b "]), ("é,漢\n", ["1 é|漢"]), ("\"a\"", ["1 a"]),
    ])
    func recordsAreThoseOfTheStandard(text: String, expected: [String]) {
        #expect(records(text) == expected)
    }

    @Test(arguments: [
        ("a\"b,c\nd\n", ["1 strayQuote", "2 d"]), ("\"a\"b,c\nd\n", ["1 textAfterQuote", "2 d"]),
        ("a\rb\nd\n", ["1 bareCarriageReturn", "2 d"]), ("\"a\n", ["1 openQuote"]), ("a\r", ["1 bareCarriageReturn"]),
        ("a\nbbbbbbbbbbbbbbbbbbbb\nc\n", ["1 a", "2 tooLong", "3 c"]),
    ])
    func aRecordThatCannotBeReadIsNamedAndTheNextIsRead(text: String, expected: [String]) {
        #expect(records(text, limit: 10) == expected)
    }

    @Test func aRecordIsGivenAsInTheFile() {
        var reader = CSVReader(limit: 100)
        let text = "\"a\"\"\n\",é\r\nx\"\n"
        let raws = text.utf8.compactMap { reader.read($0)?.raw }.map { String(decoding: $0, as: UTF8.self) }
        #expect(raws == ["\"a\"\"\n\",é\r", "x\""])
    }
}
