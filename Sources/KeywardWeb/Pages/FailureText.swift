internal import KeywardClient
internal import KeywardDisplay

extension RPCError {
    /// Its message, without the name of the parameter that begins it: the message stands beside the field.
    var sentence: String {
        guard let param = data.param, message.hasPrefix("`\(param)` ") else { return message }
        let rest = message.dropFirst(param.count + 3)
        return "It " + rest
    }
}

/// The text of a failed call, in the words of the command line.
struct FailureText: Sendable {
    let error: KeywardError
    /// Whether a change may have been made.
    var isChangeOpen = false
    let settings: ScreenSettings

    init(_ refusal: RPCError, settings: ScreenSettings) {
        self.init(.rejected(refusal), settings: settings)
    }

    init(_ error: KeywardError, isChangeOpen: Bool = false, settings: ScreenSettings) {
        (self.error, self.isChangeOpen, self.settings) = (error, isChangeOpen, settings)
    }

    /// What happened, and what to do.
    var html: HTML {
        var text = Parts.paragraphs(error.description)
        if isChangeOpen { text += "<p>The change may have been made. Check before you repeat it.</p>" }
        guard case .rejected(let refusal) = error else { return text }
        if let url = refusal.data.upgradeURL, url.hasPrefix("https://") {
            text += "<p><a href=\"\(url)\" rel=\"noreferrer\">See the plans</a></p>"
        }
        if let remedy = refusal.data.remedy {
            text += "<p>Somebody with the permission can run:</p>\(Parts.command(remedy, socket: settings.socket))"
        }
        return text
    }

    func message(heading: String) -> HTML {
        Parts.message(.bad, heading: heading, html)
    }
}
