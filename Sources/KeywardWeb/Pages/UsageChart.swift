internal import KeywardBase
internal import KeywardClient
internal import KeywardDisplay

/// The uses of a key by day: a picture, and the same numbers as a table.
struct UsageChart: Sendable {
    private let days: [UsageBucket]
    private static let dayMilliseconds: Int64 = 86_400_000

    private static let (width, height) = (720, 120)

    /// Days without uses are filled in.
    init(_ buckets: [UsageBucket], days count: Int = 30, now: Timestamp) {
        let today = now.milliseconds / Self.dayMilliseconds
        var byDay: [Int64: UsageBucket] = [:]
        for bucket in buckets { byDay[bucket.start.milliseconds / Self.dayMilliseconds] = bucket }
        days = (0..<Int64(count)).map { index in
            let day = today - Int64(count) + 1 + index
            return byDay[day]
                ?? UsageBucket(start: Timestamp(milliseconds: day * Self.dayMilliseconds), valid: 0, refused: 0)
        }
    }

    private var valid: Int { days.reduce(0) { $0 + $1.valid } }
    private var refused: Int { days.reduce(0) { $0 + $1.refused } }

    var html: HTML {
        guard valid + refused > 0 else {
            return "<p class=\"faint\">The key was not used in the last \(days.count) days.</p>"
        }
        return """
            <figure class="usage">
            <figcaption>\(summary)</figcaption>
            \(picture)
            <p class="axis"><span>\(Self.name(of: days[0]))</span><span>most in a day: \(CountText.grouped(most))</span>\
            <span>today (UTC)</span></p>
            <details><summary>Numbers by day</summary>\(table)</details>
            </figure>
            """
    }

    /// The most uses of a day.
    private var most: Int { days.map { $0.valid + $0.refused }.max() ?? 0 }

    private var summary: String {
        let text = "\(CountText.of(valid, "valid use")) in the last \(days.count) days"
        return refused == 0 ? text : "\(text), \(CountText.grouped(refused)) refused"
    }

    private var picture: HTML {
        let step = Self.width / days.count
        let bars = days.enumerated().map { index, day -> HTML in
            let left = index * step + 2
            let valid = Self.bar(day.valid, of: most)
            let refused = Self.bar(day.refused, of: most)
            let title = "\(Self.name(of: day)): \(day.valid) valid, \(day.refused) refused"
            return """
                <g><title>\(title)</title><rect class="slot" x="\(left)" y="0" width="\(step - 4)" height="\(Self.height)"/>\
                <rect class="valid" x="\(left)" y="\(Self.height - valid)" width="\(step - 4)" height="\(valid)"/>\
                <rect class="refused" x="\(left)" y="\(Self.height - valid - refused)" width="\(step - 4)" \
                height="\(refused)"/></g>
                """
        }
        return """
            <svg viewBox="0 0 \(Self.width) \(Self.height)" preserveAspectRatio="none" role="img" aria-label="\(summary)">
            \(bars.joined())
            </svg>
            """
    }

    private var table: HTML {
        let rows = days.reversed().filter { $0.valid + $0.refused > 0 }.map { day -> HTML in
            """
            <tr><th scope="row">\(Self.name(of: day))</th><td class="number">\(CountText.grouped(day.valid))</td>\
            <td class="number">\(CountText.grouped(day.refused))</td></tr>
            """
        }
        return """
            <table class="plain"><caption class="hidden">Uses by day</caption>
            <thead><tr><th scope="col">Day (UTC)</th><th scope="col" class="number">Valid</th>\
            <th scope="col" class="number">Refused</th></tr></thead>
            <tbody>\(rows.joined())</tbody></table>
            """
    }

    /// The height of a bar; at least a visible one for any use.
    private static func bar(_ number: Int, of most: Int) -> Int {
        number == 0 ? 0 : max(3, Int(Double(number) / Double(most) * Double(height)))
    }

    private static func name(of day: UsageBucket) -> String {
        CivilDate(daysSinceEpoch: Int(day.start.milliseconds / dayMilliseconds)).text
    }
}
