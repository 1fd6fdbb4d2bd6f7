internal import HTTPTypes
internal import Hummingbird
internal import KeywardClient
internal import KeywardDisplay

/// The page for a call of the daemon that failed.
struct FailurePage: Sendable {
    let layout: Layout
    let error: KeywardError
    /// Whether the page only showed something. Then the browser can try again by itself.
    let isRead: Bool

    var status: HTTPResponse.Status {
        switch error {
        case .unreachable, .connectionLost, .closed, .forked, .cancelled: .serviceUnavailable
        case .timedOut: .gatewayTimeout
        case .protocolViolation: .badGateway
        case .requestTooLong: .contentTooLarge
        case .rejected(let refusal):
            switch refusal.code {
            case .permissionDenied, .upgradeRequired: .forbidden
            case .notFound: .notFound
            case .readOnly, .shuttingDown, .internalError: .serviceUnavailable
            case .invalidParams, .policyViolation: .unprocessableContent
            default: .conflict
            }
        }
    }

    var html: HTML {
        let text = FailureText(error, isChangeOpen: !isRead && isOpen, settings: layout.settings).html
        return layout.page(
            heading, retriesAfter: mayPass && isRead ? 3 : nil,
            """
            <div class="narrow">
            <h1>\(heading)</h1>
            \(Parts.message(.bad, text))
            \(mayPass && isRead ? "<p>This page tries again every 3 seconds.</p>" : .empty)
            <p><a href="\(layout.paths.base)">API keys</a></p>
            </div>
            """)
    }

    private var heading: String {
        switch error {
        case .unreachable(let unreachable):
            switch unreachable.reason {
            case .permissionDenied, .privateSocket: "Permission denied"
            default: "Keyward cannot be reached"
            }
        case .timedOut: "Keyward did not answer"
        case .connectionLost: "Keyward is restarting"
        case .rejected(let refusal):
            switch refusal.code {
            case .permissionDenied: "Permission denied"
            case .notFound: "Not found"
            case .upgradeRequired: "Upgrade required"
            case .shuttingDown: "Keyward is restarting"
            default: "That did not work"
            }
        default: "That did not work"
        }
    }

    /// Whether a change may have been made.
    private var isOpen: Bool {
        switch error {
        case .timedOut, .connectionLost, .cancelled, .closed: true
        default: false
        }
    }

    private var mayPass: Bool {
        switch error {
        case .unreachable(let unreachable): unreachable.mayPass
        case .timedOut, .connectionLost: true
        case .rejected(let refusal): refusal.code == .shuttingDown
        default: false
        }
    }
}
