import KeywardClient
import KeywardDisplay
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct OutputTests {
        @Test(arguments: [
            (0, "0"), (18, "18"), (999, "999"), (4_310, "4,310"), (9_999, "9,999"), (10_000, "10 k"), (96_999, "96 k"),
            (999_999, "999 k"), (1_000_000, "1.0 M"), (1_299_999, "1.2 M"), (12_345_678, "12 M"),
            (9_950_000_000, "9.9 G"),
            (.max, "9223 P"), (-4_310, "-4,310"),
        ])
        func `Numbers are short and never too large`(number: Int, text: String) {
            #expect(CountText.short(number) == text)
        }

        @Test(
            arguments: [
                (0, "now"), (-999, "now"), (-3_000, "3 s ago"), (-59_999, "59 s ago"), (-60_000, "1 min ago"),
                (-3_599_000, "59 min ago"), (-3_600_000, "1 h ago"), (-172_799_000, "47 h ago"),
                (-172_800_000, "2 days ago"),
                (42 * 86_400_000, "in 42 days"), (90 * 86_400_000 - 5_000, "in 90 days"),
                (-430 * 86_400_000, "14 months ago"), (365 * 86_400_000 - 5_000, "in 12 months"),
                (3_650 * 86_400_000 - 5_000, "in 10 years"),
                (800 * 86_400_000, "in 2 years"),
            ] as [(Int64, String)])
        func `Instants are said as people say them`(distance: Int64, text: String) {
            let now = CommandRun.now
            #expect(RelativeTime.text(Timestamp(milliseconds: now.milliseconds + distance), now: now) == text)
        }

        @Test func `A table gives up buffer where it may, and marks what is missing`() {
            var table = Table(columns: [Table.Column("NAME", least: 4), Table.Column("FIXED")])
            table.rows = [[Cell("a-rather-long-name"), Cell("0123456789")]]
            #expect(table.rendered(width: 20, Palette(isOn: false)) == "NAME      FIXED\na-rathe…  0123456789\n")
        }

        @Test func `Wide and combining characters are counted as they are shown`() {
            #expect("日本語".displayWidth == 6)
            #expect("e\u{301}".displayWidth == 1)
            #expect("日本語".fitted(to: 4) == "日…")
            var table = Table(columns: [Table.Column("A"), Table.Column("B")])
            table.rows = [[Cell("日本"), Cell("x")], [Cell("ab"), Cell("y")]]
            #expect(table.rendered(width: 80, Palette(isOn: false)) == "A     B\n日本  x\nab    y\n")
        }

        @Test func `Colour is around text, never in its width`() {
            var table = Table(columns: [Table.Column("A"), Table.Column("B")])
            table.rows = [[Cell("x", .good), Cell("y")]]
            #expect(
                table.rendered(width: 80, Palette(isOn: true))
                    == "\u{1B}[2mA\u{1B}[0m  \u{1B}[2mB\u{1B}[0m\n\u{1B}[32mx\u{1B}[0m  y\n")
        }

        @Test func `Bytes have a unit`() {
            #expect(CountText.bytes(812) == "812 bytes")
            #expect(CountText.bytes(12_345_678) == "12 MB")
            #expect(CountText.bytes(45_056) == "45 kB")
        }

        @Test func `One is not several`() {
            #expect(CountText.of(1, "key") == "1 key")
            #expect(CountText.of(4_310, "key") == "4,310 keys")
        }
    }
}
