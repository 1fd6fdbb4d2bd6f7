import Foundation
import KeywardCore
import Testing

struct FreeTextTests {
    @Test(arguments: [
        "a", "Platform team", "漢字", "👩‍👧", "❤️", "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "क्‍ष", "می‌خواهم",
        String(repeating: "é", count: 128), "a\u{200D}b", " a ", "e\u{301}", "\u{0605}12",
    ])
    func ordinaryTextIsTaken(text: String) {
        #expect(FreeText.fault(in: text) == nil)
    }

    @Test(arguments: [
        "", " ", "\u{3000}", "\u{A0}", "\u{2800}", "\u{200B}", "\u{200B}\u{2060}", " \u{FEFF}", "\u{3164}", "\u{301}",
        "\u{200D}", "\u{FE0F}",
    ])
    func whatShowsNothingIsEmpty(text: String) {
        #expect(FreeText.fault(in: text) == .isEmpty)
    }

    @Test(arguments: [
        "a\nb", "a\tb", "\u{0}", "\u{7F}", "\u{85}", "a\u{202E}b", "\u{2066}a", "\u{200E}a", "a\u{061C}", "a\u{2028}b",
        String(repeating: "a", count: 129), "a" + String(repeating: "\u{301}", count: 3_000), "a\u{200B}", "\u{FEFF}a",
        "a\u{AD}b", "a\u{E0068}\u{E0069}",
    ])
    func harmfulTextIsRefused(text: String) {
        #expect(FreeText.fault(in: text) != nil)
    }

    @Test func aNoteMayBeLonger() {
        #expect(FreeText.fault(in: String(repeating: "a", count: 500), longest: FreeText.longestNote) == nil)
        #expect(FreeText.fault(in: String(repeating: "a", count: 501), longest: FreeText.longestNote) != nil)
    }

    /// For each category: whether its scalars are accepted between two letters, and the exceptions.
    private static let categories: [(Unicode.GeneralCategory, isTaken: Bool, others: [ClosedRange<UInt32>])] = [
        (.uppercaseLetter, true, []), (.lowercaseLetter, true, []), (.titlecaseLetter, true, []),
        (.modifierLetter, true, []), (.otherLetter, true, [0x115F...0x1160, 0x3164...0x3164, 0xFFA0...0xFFA0]),
        (.nonspacingMark, true, []), (.spacingMark, true, []), (.enclosingMark, true, []),
        (.decimalNumber, true, []), (.letterNumber, true, []), (.otherNumber, true, []),
        (.connectorPunctuation, true, []), (.dashPunctuation, true, []), (.openPunctuation, true, []),
        (.closePunctuation, true, []), (.initialPunctuation, true, []), (.finalPunctuation, true, []),
        (.otherPunctuation, true, []), (.mathSymbol, true, []), (.currencySymbol, true, []),
        (.modifierSymbol, true, []), (.otherSymbol, true, []), (.spaceSeparator, true, []),
        (.lineSeparator, false, []), (.paragraphSeparator, false, []), (.control, false, []),
        // The joiners, and signs with a visible glyph.
        (
            .format, false,
            [
                0x600...0x605, 0x6DD...0x6DD, 0x70F...0x70F, 0x890...0x891, 0x8E2...0x8E2, 0x200C...0x200D,
                0x110BD...0x110BD, 0x110CD...0x110CD,
            ]
        ),
        (.privateUse, true, []),
        // Reserved for characters without width.
        (.unassigned, true, [0x2065...0x2065, 0xFFF0...0xFFF8, 0xE0000...0xE0FFF]),
    ]

    @Test func eachCategoryIsTakenOrNot() {
        let table = Dictionary(uniqueKeysWithValues: Self.categories.map { ($0.0, ($0.isTaken, $0.others)) })
        // Without most of the ideographs and syllables.
        let ranges: [ClosedRange<UInt32>] = [
            0x20...0x33FF, 0xA000...0xABFF, 0xD7B0...0xD7FF, 0xE000...0xE010, 0xF900...0x17000, 0x1AFF0...0x20010,
            0xDFFF0...0xE1010,
        ]
        var wrong: [String] = []
        for scalar in ranges.joined().compactMap(Unicode.Scalar.init) {
            guard let (isTaken, others) = table[scalar.properties.generalCategory] else {
                wrong.append("no rule for \(scalar.properties.generalCategory)")
                continue
            }
            let isOther = others.contains { $0.contains(scalar.value) }
            let text = "a" + String(Character(scalar)) + "b"
            if (FreeText.fault(in: text) == nil) != (isTaken != isOther) {
                wrong.append(String(scalar.value, radix: 16))
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20))")
    }

    @Test(arguments: [
        "Cafe\u{301}", "Caf\u{E9}", "plain", "", "\u{212B}ngstr\u{F6}m", "\u{1100}\u{1161}\u{11A8}", "\u{1E0B}\u{323}",
        "\u{2126}", "क़", "👩‍👧", "\u{FB01}",
    ])
    func textsAreKeptInTheFormThatFoundationMakes(text: String) {
        let form = Array(FreeText.normalized(text).utf8)
        #expect(form == Array(text.precomposedStringWithCanonicalMapping.utf8))
        #expect(form == Array(FreeText.normalized(text.decomposedStringWithCanonicalMapping).utf8))
    }
}

struct WorkspaceNameTests {
    @Test(arguments: ["acme", "Acme Ltd", "Café", "漢字", "a b", "Ω", "x-2"])
    func ordinaryNamesAreTaken(name: String) {
        #expect(WorkspaceName.fault(in: name) == nil)
    }

    @Test(arguments: [
        "", " ", " acme", "acme ", "acme\u{A0}", "\u{2800}acme", "ac\u{200B}me", "acme\u{200D}", "acme\u{200C}b",
        "❤️", "acme\u{AD}", "a\u{34F}b", "\u{FEFF}acme", "a\nb",
    ])
    func namesThatLookLikeOthersAreRefused(name: String) {
        #expect(WorkspaceName.fault(in: name) != nil)
    }

    @Test(arguments: [
        ("acme", "ACME", true), ("Straße", "STRASSE", true), ("CAFÉ", "cafe\u{301}", true), ("ΟΔΟΣ", "οδος", true),
        ("acme", "acme2", false), ("e", "é", false),
    ])
    func caseDoesNotTellNamesApart(one: String, other: String, areAlike: Bool) {
        #expect((WorkspaceName.folded(one) == WorkspaceName.folded(other)) == areAlike)
    }

    private func renamed(_ names: [String]) -> [String] {
        var workspaces = names.enumerated().map { index, name in
            WorkspaceRecord(
                number: Int64(index + 1), name: name, plan: "standard", tag: "kw", createdAt: Instant(milliseconds: 0))
        }
        for renaming in WorkspaceName.renamings(of: workspaces) {
            let index = Int(renaming.record.number) - 1
            #expect(workspaces[index].name == renaming.formerName)
            workspaces[index].name = renaming.record.name
            // Like a table that accepts no bytes twice, after each step.
            #expect(Set(workspaces.map { Array($0.name.utf8) }).count == workspaces.count)
        }
        #expect(WorkspaceName.renamings(of: workspaces).isEmpty)
        return workspaces.map(\.name)
    }

    private func bytes(_ names: [String]) -> [[UInt8]] { names.map { Array($0.utf8) } }

    @Test func namesWithoutFaultStay() {
        let names = ["default", "Café", "acme", "Acme"]
        #expect(bytes(renamed(names)) == bytes(names))
    }

    @Test func ofNamesThatCollideTheLaterGetsANumber() {
        let (composed, decomposed) = ("Caf\u{E9}", "Cafe\u{301}")
        #expect(bytes(renamed(["default", decomposed, composed])) == bytes(["default", composed, composed + "-2"]))
        #expect(bytes(renamed([composed, decomposed])) == bytes([composed, composed + "-2"]))
        #expect(renamed(["a ", " a", "a", "a-2"]) == ["a", "a-3", "a-4", "a-2"])
    }

    @Test func whatANameMustNotHaveIsTakenOut() {
        #expect(
            renamed([" acme ", "be\u{200B}ta", "\u{200B}", "*\u{2060}", "\u{3164}"])
                == ["acme", "beta", "workspace", "workspace-2", "workspace-3"])
        let long = String(repeating: "x", count: 128)
        #expect(renamed([long, long + "\u{200B}"]) == [long, String(repeating: "x", count: 126) + "-2"])
    }
}
