/// `clock.accept`: believes the wall clock, and takes back what was noted while it was ahead.
package enum AcceptClock: Method {
    package static let name = "clock.accept"
    package static let contract = MethodContract(
        // It waits for changes under way, as a sweep's run does.
        role: .operator, work: .read,
        summary: "Believes the wall clock, and takes back what was noted while it was ahead.",
        params: ["confirm": "Accepts what the checks tell."],
        errors: [.confirmationRequired, .invalidState, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var confirm: Bool?

        package init(confirm: Bool? = nil) {
            self.confirm = confirm
        }
    }

    package struct Result: Codable, Sendable {
        package var change: ClockChange

        package init(change: ClockChange) {
            self.change = change
        }
    }
}
