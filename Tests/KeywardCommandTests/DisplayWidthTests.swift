import Testing

@testable import keyward

extension CommandTests {
    @Suite struct DisplayWidthTests {
        @Test(arguments: [
            // Plain, wide, halfwidth and fullwidth.
            ("", 0), ("abc", 3), ("é", 1), ("—…", 2), ("日本", 4), ("한글", 4), ("Ａ", 2), ("ｱ", 1), ("ﷺ", 1),
            // Combining marks, and a syllable in parts.
            ("e\u{301}", 1), ("\u{5E2}\u{5B4}\u{5D1}", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("\u{200B}", 0),
            // Devanagari, Bengali, Tamil, Khmer, Thai, Burmese: vowel signs, conjuncts.
            ("की", 2), ("नमस्ते", 4), ("हिन्दी", 4), ("ক্ষ", 2), ("க்ஷி", 3), ("ស្រី", 2), ("ไทย", 3), ("กำ", 2), ("ဝှီ", 1),
            // Emoji by themselves, with a presentation selector, a keycap, a skin tone.
            ("⌚", 2), ("❤", 1), ("❤\u{FE0F}", 2), ("🌡", 1), ("🌡\u{FE0F}", 2), ("1\u{FE0F}\u{20E3}", 2), ("👍🏽", 2),
            // Joined emoji.
            ("👨‍👩‍👧", 2), ("🧑‍💻", 2), ("🏳\u{FE0F}‍🌈", 2), ("👩🏽‍🚀", 2),
            // Flags: of countries, of a region by tags, half of one.
            ("🇩🇪", 2), ("🇩🇪🇫🇷", 4), ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", 2), ("🇩", 1),
        ])
        func `A text takes the columns that a terminal gives it`(text: String, columns: Int) {
            #expect(text.displayWidth == columns)
        }

        @Test(arguments: ["🇩🇪 Berlin", "हिन्दी टीम", "日本 team", "👨‍👩‍👧 family", "e\u{301}quipe", "plain"])
        func `Columns align whatever is in them`(owner: String) {
            var table = Table(columns: [Table.Column("OWNER"), Table.Column("NEXT")])
            table.rows = [[Cell(owner), Cell("|")], [Cell("a much longer owner"), Cell("|")]]
            let lines = table.rendered(width: 80, Palette(isOn: false)).split(separator: "\n").dropFirst()
            let starts = lines.map { line in String(line.prefix { $0 != "|" }).displayWidth }
            #expect(Set(starts) == [21])
        }

        @Test(arguments: [1, 2, 3, 4, 5, 6])
        func `A text that is cut is never wider, and no cluster is cut in two`(width: Int) {
            for text in ["🇩🇪🇫🇷🇮🇹", "हिन्दी टीम", "日本語の名前", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧"] {
                let cut = text.fitted(to: width)
                #expect(cut.displayWidth <= width)
                #expect(text.hasPrefix(cut.dropLast()) || cut == text)
            }
        }
    }
}
