internal import KeywardClient
internal import KeywardDisplay

/// The small parts of pages.
enum Parts {
    /// A text that a person entered, apart from the text around it: its direction stays its own.
    static func entered(_ text: String) -> HTML {
        "<bdi>\(text.printable)</bdi>"
    }

    /// A time relative to now; the exact one with its zone on hover.
    static func time(_ instant: Timestamp, now: Timestamp) -> HTML {
        """
        <time datetime="\(instant.description)" title="\(LocalTime.dayAndMinute(instant))">\
        \(RelativeTime.text(instant, now: now))</time>
        """
    }

    /// `21 Feb 2027, 09:30 CET (in 42 days)`.
    static func exactTime(_ instant: Timestamp, now: Timestamp) -> HTML {
        """
        <time datetime="\(instant.description)">\(LocalTime.dayAndMinute(instant))</time> \
        <span class="faint">(\(RelativeTime.text(instant, now: now)))</span>
        """
    }

    /// `at the end of 31 Dec 2026 (in 38 days)`.
    static func end(_ instant: Timestamp, now: Timestamp) -> HTML {
        """
        <time datetime="\(instant.description)">\(LocalTime.end(instant))</time> \
        <span class="faint">(\(RelativeTime.text(instant, now: now)))</span>
        """
    }

    /// The status in a word and a shape, so that no colour is needed to read it.
    static func status(_ status: Key.Status) -> HTML {
        let (shape, tone): (HTML, HTML) =
            switch status {
            case .active: ("full", "good")
            case .unused: ("open", "plain")
            case .expiring, .stale, .retiring, .canary: ("warn", "notice")
            case .disabled, .suspended: ("stop", "bad")
            case .revoked, .superseded, .expired: ("end", "faint")
            default: ("open", "plain")
            }
        return """
            <span class="status \(tone)"><i class="shape \(shape)" aria-hidden="true"></i>\(status.rawValue)</span>
            """
    }

    enum Tone {
        case good, notice, bad
    }

    /// A message above a page's content.
    static func message(_ tone: Tone, heading: String? = nil, _ text: HTML) -> HTML {
        let (name, role): (HTML, HTML) =
            switch tone {
            case .good: ("good", "status")
            case .notice: ("notice", "note")
            case .bad: ("bad", "alert")
            }
        let title: HTML? = heading.map { "<h2>\($0)</h2>" }
        return "<div class=\"message \(name)\" role=\"\(role)\">\(title)\(text)</div>"
    }

    /// A text of the daemon or of the client: a paragraph for each line.
    static func paragraphs(_ text: String) -> HTML {
        text.split(separator: "\n").map { line -> HTML in "<p>\(String(line).printable)</p>" }.joined()
    }

    /// A command to copy into a terminal.
    static func command(_ arguments: [String], socket: String?) -> HTML {
        let whole = ["keyward"] + arguments + (socket.map { ["--socket=\($0)"] } ?? [])
        return "<code class=\"command\">\(whole.map(ShellWord.text(argument:)).joined(separator: " "))</code>"
    }

    /// Terms and their descriptions; those without one are left out.
    static func facts(_ facts: [(String, HTML?)]) -> HTML {
        let rows = facts.compactMap { term, value -> HTML? in
            value.map { "<div><dt>\(term)</dt><dd>\($0)</dd></div>" }
        }
        return "<dl class=\"facts\">\(rows.joined())</dl>"
    }
}
