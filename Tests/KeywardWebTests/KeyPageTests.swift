import KeywardClient
import KeywardProtocol
import Testing

@testable import KeywardWeb

struct KeyPageTests {
    @Test func thePageHasUsageDetailsAndHistory() async throws {
        let fixture = try await ScreenFixture()
        let created = try await fixture.admin.createKey(
            named: "prod-main-app", purpose: "Main application", addresses: ["10.0.0.0/8", "::/0"])
        for _ in 0..<4 { try await fixture.verify(created.secret, from: "10.0.0.1") }
        let page = try await fixture.browser.get(fixture.path(created.key))
        #expect(page.words.contains("4 valid uses in the last 30 days") && page.text.contains("<svg"))
        #expect(page.words.contains("Day (UTC) Valid Refused") && page.words.contains("Account Valid Last used"))
        #expect(page.words.contains("Addresses 10.0.0.0/8 ::/0"))
        #expect(page.words.contains("Main application") && page.words.contains("key.created"))
        #expect(page.words.contains(created.key.id))
    }

    @Test func refusalsAreShownWithTheirReason() async throws {
        let fixture = try await ScreenFixture()
        let created = try await fixture.admin.createKey(named: "prod-main-app")
        _ = try await fixture.admin.disableKey("prod-main-app")
        try await fixture.verify(created.secret)
        let page = try await fixture.browser.get(fixture.path(created.key))
        #expect(page.words.contains("1 refused") && page.words.contains("disabled"))
    }

    private func create(_ fixture: ScreenFixture, _ params: CreateKey.Params) async throws -> CreateKey.Result {
        try await fixture.admin.call(CreateKey.self, params)
    }

    @Test func whatIsLeftOfLimitsAndCreditsIsShownInWords() async throws {
        let fixture = try await ScreenFixture()
        let limits = [
            LimitTerms(name: "requests", limit: 4, windowSeconds: 90),
            LimitTerms(name: "exports", limit: 2_000, windowSeconds: 86_400, automatic: false),
        ]
        let credits = CreditTerms(
            remaining: 8_121, refill: .set(RefillTerms(amount: 10_000, every: .month, day: 31)))
        let made = try await create(
            fixture, CreateKey.Params(name: "prod-main-app", limits: limits, credits: credits))
        try await fixture.verify(Secret(made.secret))
        let page = try await fixture.browser.get(fixture.path(made.key))
        #expect(page.words.contains("Limits and credits What is left of each limit Limit Left Window"))
        #expect(page.words.contains("requests 3 of 4 90 s exports 2,000 of 2,000 1 d, only when it is named"))
        #expect(page.words.contains("Credits left 8,120 Refill 10,000 on day 31 of each month Next refill "))
        #expect(page.text.contains("<th scope=\"row\"><bdi>requests</bdi></th>"))
        // The picture adds nothing for who hears the page.
        let bars = page.text.split(separator: "<svg class=\"left\"").dropFirst().map { $0.prefix { $0 != "/" } }
        #expect(bars.count == 2 && bars.allSatisfy { $0.contains("aria-hidden=\"true\"") })
        #expect(bars[0].contains("<rect width=\"75\"") && bars[1].contains("<rect width=\"100\""))
    }

    @Test func aBudgetIsNamedWithWhatIsLeftOfIt() async throws {
        let fixture = try await ScreenFixture()
        _ = try await fixture.admin.call(
            SetBudget.self,
            SetBudget.Params(
                name: "sales", limits: .set([LimitTerms(name: "requests", limit: 1, windowSeconds: 60)]),
                credits: .set(CreditTerms(remaining: 5))))
        let (one, other) = (
            try await create(fixture, CreateKey.Params(name: "prod-main-app", budget: "sales")),
            try await create(fixture, CreateKey.Params(name: "staging-api", budget: "sales"))
        )
        try await fixture.verify(Secret(one.secret))
        let page = try await fixture.browser.get(fixture.path(other.key))
        #expect(page.words.contains("This key draws on the budget sales. All keys of the budget share what is left."))
        #expect(page.words.contains("Credits left 4 Refill none") && !page.words.contains("Next refill"))
        #expect(page.words.contains("requests 0 of 1 1 m") && page.text.contains("<rect width=\"0\" height=\"8\"/>"))
    }

    @Test func aKeyWithoutLimitsAndCreditsHasNoCardForThem() async throws {
        let fixture = try await ScreenFixture()
        let key = try await fixture.admin.createKey(named: "staging-api").key
        #expect(try await !fixture.browser.get(fixture.path(key)).words.contains("Limits and credits"))
    }

    @Test func theWholeHistoryHasPages() async throws {
        let fixture = try await ScreenFixture()
        let key = try await fixture.admin.createKey(named: "staging-api").key
        for number in 0..<60 { _ = try await fixture.admin.updateKey(key.id, purpose: .set("Purpose \(number)")) }
        let first = try await fixture.browser.get(fixture.path(key, "trail"))
        #expect(first.words.contains("Purpose 59") && !first.words.contains("Purpose 1 "))
        let link = try #require(first.text.split(separator: "<a rel=\"next\"").last)
        let second = try await fixture.browser.get(#require(Markup.attribute("href", of: link)))
        #expect(second.words.contains("key.created") && !second.words.contains("Older entries"))
    }

    @Test(arguments: ["key_01h0000000000000000000000", "nonsense", "key_%2e%2e", "key_%00"])
    func aKeyThatIsNotThereIsNotFound(id: String) async throws {
        let fixture = try await ScreenFixture()
        let page = try await fixture.browser.get("\(ScreenFixture.base)/keys/\(id)")
        #expect([404, 422].contains(page.status), "\(page.status)")
    }

    @Test func daysWithoutUsesAreFilledInAndBarsAreInProportion() {
        let now = Timestamp("2026-11-28T12:00:00Z")!
        let day = Timestamp("2026-11-27T00:00:00Z")!
        let chart = UsageChart(
            [
                UsageBucket(start: day, valid: 100, refused: 0),
                UsageBucket(start: Timestamp("2026-11-28T00:00:00Z")!, valid: 50, refused: 1),
            ], now: now
        ).html.text
        #expect(chart.ranges(of: "<g>").count == 30)
        #expect(chart.contains("2026-11-27: 100 valid, 0 refused") && chart.contains("2026-10-30: 0 valid"))
        #expect(chart.contains("height=\"120\"/>") && chart.contains("height=\"60\"/>"))
        #expect(chart.contains("150 valid uses in the last 30 days, 1 refused"))
        #expect(UsageChart([], now: now).html.text.contains("was not used in the last 30 days"))
    }

    @Test func aSweepThatHoldsSomethingHasABannerAndAPage() async throws {
        let report = SweepState.Report(
            sweep: .stale, at: Timestamp(milliseconds: 0), dryRun: false, examined: 12, changed: Tally(),
            held: SweepState.Held(reason: "tooManyKeys", n: 12))
        let state = SweepState(
            sweep: .stale, lastRunAt: Timestamp(milliseconds: 0), lastReport: report, nextDueAt: nil)
        let screen = try ScreenFixture.screen(of: "/nowhere")
        let page = SweepsPage(layout: screen.layout, sweeps: [state], now: Timestamp(milliseconds: 60_000)).html.text
        let words = Markup.plain(page)
        #expect(words.contains("12 keys: it would change more keys than the configuration allows at once."))
        let fixture = try await ScreenFixture()
        let none = try await fixture.browser.get(ScreenFixture.base + "/sweeps")
        #expect(none.status == 200 && none.words.contains("stale") && none.words.contains("retention"))
    }
}
