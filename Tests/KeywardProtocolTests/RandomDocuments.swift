/// Numbers that are the same in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Random JSON texts, with unusual spellings of everything.
struct RandomDocuments {
    var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    /// A valid text.
    mutating func valid() -> String { space() + value(depth: 0) + space() }

    /// A valid text with one to three bytes changed, inserted, removed or cut off.
    mutating func mutated() -> [UInt8] {
        var bytes = Array(valid().utf8)
        for _ in 0..<Int.random(in: 1...3, using: &numbers) {
            let place = Int.random(in: 0...bytes.count, using: &numbers)
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0 where place < bytes.count: bytes[place] = odd()
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 3 where place > 0: bytes.removeLast(min(place, 3))
            default: bytes.insert(odd(), at: place)
            }
        }
        return bytes
    }

    private mutating func odd() -> UInt8 {
        let telling = Array(#"{}[]:,"\ntfu0d8-+.eE 1"#.utf8) + [0x00, 0x1F, 0x80, 0xC0, 0xED, 0xF4, 0xFF, 0xEF]
        return telling.randomElement(using: &numbers) ?? 0
    }

    private mutating func space() -> String {
        ["", "", "", "", " ", "\t", "\r\n", "  "].randomElement(using: &numbers) ?? ""
    }

    private mutating func value(depth: Int) -> String {
        switch Int.random(in: 0..<(depth < 5 ? 10 : 6), using: &numbers) {
        case 0: "true"
        case 1: "false"
        case 2: "null"
        case 3: number()
        case 4, 5: string()
        case 6, 7: object(depth: depth)
        default: array(depth: depth)
        }
    }

    private mutating func object(depth: Int) -> String {
        var names: Set<String> = []
        var members: [String] = []
        for _ in 0..<Int.random(in: 0..<6, using: &numbers) {
            let plain = names.insert("n\(Int.random(in: 0..<40, using: &numbers))")
            guard plain.inserted else { continue }
            let name = plain.memberAfterInsert.map { escaped(UInt16($0.utf8.first ?? 0), plainly: String($0)) }.joined()
            members.append(space() + "\"\(name)\"" + space() + ":" + space() + value(depth: depth + 1) + space())
        }
        return "{" + (members.isEmpty ? space() : members.joined(separator: ",")) + "}"
    }

    private mutating func array(depth: Int) -> String {
        let elements = (0..<Int.random(in: 0..<6, using: &numbers)).map { _ in
            space() + value(depth: depth + 1) + space()
        }
        return "[" + (elements.isEmpty ? space() : elements.joined(separator: ",")) + "]"
    }

    private mutating func number() -> String {
        let whole = ["0", "1", "10", "907", "123456", "4503599627370496"].randomElement(using: &numbers) ?? "0"
        let sign = Bool.random(using: &numbers) ? "-" : ""
        let fraction = ["", "", ".0", ".5", ".25"].randomElement(using: &numbers) ?? ""
        let exponent = ["", "", "", "e0", "E+1", "e-2"].randomElement(using: &numbers) ?? ""
        return sign + whole + fraction + exponent
    }

    private mutating func string() -> String {
        let pieces = (0..<Int.random(in: 0..<14, using: &numbers)).map { _ -> String in
            switch Int.random(in: 0..<12, using: &numbers) {
            case 0:
                [#"\""#, #"\\"#, #"\/"#, #"\b"#, #"\f"#, #"\n"#, #"\r"#, #"\t"#].randomElement(using: &numbers) ?? ""
            case 1: ["é", "€", "\u{1F511}", "\u{7FF}", "\u{FFFD}"].randomElement(using: &numbers) ?? ""
            case 2: #"\ud83d\uDD11"#
            case 3: escaped(UInt16.random(in: 0..<0xD800, using: &numbers), plainly: nil)
            default: ["a", "key", "0", " ", "/", "prod-main"].randomElement(using: &numbers) ?? ""
            }
        }
        return "\"" + pieces.joined() + "\""
    }

    /// The `\u` escape of a code unit; sometimes the plain character, if `plainly` is given.
    private mutating func escaped(_ unit: UInt16, plainly: String?) -> String {
        if let plainly, Int.random(in: 0..<8, using: &numbers) > 0 { return plainly }
        let digits = String(unit, radix: 16, uppercase: Bool.random(using: &numbers))
        return #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
