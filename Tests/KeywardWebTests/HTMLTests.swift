import KeywardClient
import Testing

@testable import KeywardWeb

struct HTMLTests {
    @Test func anInterpolatedTextIsEscapedAndALiteralIsNot() {
        let text = "<script>\"&'"
        let html: HTML = "<b title=\"\(text)\">\(text)</b>"
        #expect(
            html.text == "<b title=\"&lt;script&gt;&quot;&amp;&#39;\">&lt;script&gt;&quot;&amp;&#39;</b>")
    }

    /// A quote and a combining mark are one Character. An escaper that looks at Characters lets it pass.
    @Test(arguments: ["\"", "<", ">", "&", "'"])
    func aCombiningMarkDoesNotHideACharacterFromTheEscaper(mark: String) {
        let html: HTML = "<p title=\"\(mark + "\u{301} onclick=x")\">"
        let value = html.text.utf8.dropFirst("<p title=\"".utf8.count).dropLast(2)
        #expect(value.first == UInt8(ascii: "&") && value.dropFirst().contains(UInt8(ascii: ";")))
        #expect(!value.contains { "\"<>'".utf8.contains($0) })
    }

    @Test func aPieceOfHTMLIsInsertedUnchangedAndNothingForNil() {
        let piece: HTML = "<i>\("&")</i>"
        let none: HTML? = nil
        let whole: HTML = "<p>\(piece)\(none)\(7)</p>"
        #expect(whole.text == "<p><i>&amp;</i>7</p>")
        #expect([piece, piece].joined(separator: "-").text == "<i>&amp;</i>-<i>&amp;</i>")
    }

    @Test func enteredTextKeepsItsDirectionToItselfAndHasNoControls() {
        #expect(Parts.entered("a\u{202E}b").text == "<bdi>a\\u202eb</bdi>")
    }
}

struct FormFieldsTests {
    @Test(arguments: [
        ("a=1&b=2", "a", "1"), ("a=x+y", "a", "x y"), ("a=%2B%26", "a", "+&"), ("a=&a=2", "a", nil), ("b=1", "a", nil),
        ("a=%C3%A9", "a", "é"), ("a", "a", nil), ("a=1=2", "a", "1=2"), ("&&a=1", "a", "1"),
    ])
    func fieldsAreDecoded(encoded: String, name: String, value: String?) throws {
        #expect(try #require(FormFields(encoded: Array(encoded.utf8)))[name] == value)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%FF", "%FF=1", String(repeating: "a=1&", count: 101)])
    func whatCannotBeDecodedIsRefused(encoded: String) {
        #expect(FormFields(encoded: Array(encoded.utf8)) == nil)
    }

    @Test func percentEncodingComesBack() throws {
        let text = "a b&c=d/?#é\"'<>%+"
        let fields = try #require(FormFields(encoded: Array("x=\(PercentEncoding.text(text))".utf8)))
        #expect(fields["x"] == text)
    }
}

struct TokenTests {
    private static let random = RandomTokens { .random(in: .min ... .max) }

    @Test func differentTextsAreNeverEqual() {
        #expect("".equalsInConstantTime("") && "abc".equalsInConstantTime("abc"))
        #expect(!"a".equalsInConstantTime("") && !"abc".equalsInConstantTime("abcd"))
        // The first bytes differ by 1, the last by a bit that only the second text has.
        #expect(!"aa".equalsInConstantTime("`a") && !"a`".equalsInConstantTime("`a"))
        let digits = "0123456789abcdef"
        for left in digits {
            for right in digits where left != right {
                for end in digits {
                    for other in digits {
                        #expect(!"\(left)\(end)".equalsInConstantTime("\(right)\(other)"))
                    }
                }
            }
        }
    }

    @Test func aFormThatWasSentTwiceIsRecognizedByBothRequests() {
        let forms = SentForms()
        let (first, second) = (Timestamp(milliseconds: 1), Timestamp(milliseconds: 2))
        forms.record("a", at: first)
        #expect(forms.firstSent("a") == nil && forms.firstSent("b") == nil)
        forms.record("a", at: second)
        #expect(forms.firstSent("a") == first)
    }

    @Test func aLinkIsValidOnceAndForAMinuteOnly() {
        let links = LoginLinks(Self.random)
        let start = ContinuousClock.now
        let token = links.make(at: start)
        #expect(links.accepts(token, at: start) && links.accepts(token, at: start + .seconds(59)))
        #expect(!links.accepts(token, at: start + .seconds(60)))
        #expect(!links.spend(token, at: start + .seconds(60)))
        #expect(links.spend(token, at: start + .seconds(59)))
        #expect(!links.spend(token, at: start) && !links.accepts(token, at: start))
    }

    @Test func aNewLinkEndsTheOneBeforeIt() {
        let links = LoginLinks(Self.random)
        let start = ContinuousClock.now
        let (first, second) = (links.make(at: start), links.make(at: start))
        #expect(!links.accepts(first, at: start) && links.accepts(second, at: start))
        #expect(first.utf8.count == 32 && first != second)
    }

    @Test func theNinthBrowserEndsTheSessionOfTheFirst() {
        let sessions = Sessions(Self.random)
        let cookies = (0..<9).map { _ in sessions.begin() }
        #expect(!sessions.contains(cookies[0]) && cookies.dropFirst().allSatisfy(sessions.contains))
        #expect(!sessions.contains(""))
    }

    @Test func aFormTokenBelongsToOneCookieAndOneProcess() {
        let sessions = Sessions(Self.random)
        #expect(sessions.formToken(for: "a") == sessions.formToken(for: "a"))
        #expect(sessions.formToken(for: "a") != sessions.formToken(for: "b"))
        #expect(sessions.formToken(for: "a") != Sessions(Self.random).formToken(for: "a"))
    }

    @Test func theIdleDeadlineMovesWithEachUse() {
        let start = ContinuousClock.now
        let deadline = IdleDeadline(limit: .seconds(10), from: start)
        #expect(deadline.rest(at: start) == .seconds(10))
        deadline.extend(at: start + .seconds(4))
        #expect(deadline.rest(at: start + .seconds(13)) == .seconds(1))
        #expect(deadline.rest(at: start + .seconds(14)) == nil)
    }

    @Test(arguments: [
        ("kw_8FqL2mXw_" + String(repeating: "a", count: 36), true), ("kw_8FqL2mXw", false), ("prod-main-app", false),
        ("my key kw_8FqL2mXw_" + String(repeating: "b", count: 36) + " here", true), ("a_b_c", false),
    ])
    func aWholeKeyIsFoundInAText(text: String, isFound: Bool) {
        #expect(SecretShape.isContained(in: text) == isFound)
    }
}
