internal import KeywardClient
internal import KeywardDisplay

/// A field of a form.
struct FormField: Sendable {
    var name: String
    var label: String
    var value = ""
    /// The advice below the field.
    var advice: HTML = .empty
    /// Why the value was refused, in the words of the command line.
    var fault: String?

    /// A line of text.
    func input(type: HTML = "text", more: HTML = .empty) -> HTML {
        let described: HTML = fault == nil ? "\(name)-advice" : "\(name)-fault \(name)-advice"
        let invalid: HTML = fault == nil ? .empty : " aria-invalid=\"true\""
        return """
            <div class="field">
            <label for="\(name)">\(label)</label>
            \(faultText)
            <input id="\(name)" name="\(name)" type="\(type)" value="\(value)" aria-describedby="\(described)"\(invalid)\(more)>
            <div class="advice" id="\(name)-advice">\(advice)</div>
            </div>
            """
    }

    /// One of several values.
    func select(_ choices: [(value: String, label: String)]) -> HTML {
        let options = choices.map { choice -> HTML in
            let mark: HTML = choice.value == value ? " selected" : .empty
            return "<option value=\"\(choice.value)\"\(mark)>\(choice.label)</option>"
        }
        return """
            <div class="field">
            <label for="\(name)">\(label)</label>
            \(faultText)
            <select id="\(name)" name="\(name)" aria-describedby="\(name)-advice">\(options.joined())</select>
            <div class="advice" id="\(name)-advice">\(advice)</div>
            </div>
            """
    }

    private var faultText: HTML {
        fault.map { "<p class=\"fault\" id=\"\(name)-fault\">\($0.printable)</p>" } ?? .empty
    }
}

/// A form that changes something, and where it is sent.
struct ChangeForm: Sendable {
    /// The address that it is sent to.
    var action: String
    /// The token of the session.
    var token: String

    func html(_ content: HTML) -> HTML {
        """
        <form method="post" action="\(action)" class="change">
        <input type="hidden" name="token" value="\(token)">
        \(content)
        </form>
        """
    }
}

/// The checks that a person confirms before a change.
struct ConfirmationBoxes: Sendable {
    /// A word of the protocol, and the sentence to agree with.
    var boxes: [(check: String, sentence: HTML)]
    /// The words that the person has ticked.
    var ticked: Set<String>
    /// The words that are missing: the daemon asked for them.
    var missing: [Check] = []

    /// The boxes, with those that the daemon asks for.
    var html: HTML {
        let known = Set(boxes.map(\.check))
        let more = missing.filter { !known.contains($0.check) }.map { ($0.check, "I know. Do it anyway." as HTML) }
        return (boxes + more).map { box(check: $0.0, sentence: $0.1) }.joined()
    }

    private func box(check: String, sentence: HTML) -> HTML {
        let mark: HTML = ticked.contains(check) ? " checked" : .empty
        let fault = missing.first { $0.check == check }?.message
        let note: HTML? = fault.map {
            "<p class=\"fault\" id=\"\(check)-fault\">\($0.printable) Tick the box to confirm.</p>"
        }
        let described: HTML = fault == nil ? .empty : " aria-describedby=\"\(check)-fault\" aria-invalid=\"true\""
        return """
            <div class="field box">\(note)
            <label><input type="checkbox" name="check" value="\(check)"\(mark)\(described)> <span>\(sentence)</span></label>
            </div>
            """
    }
}
