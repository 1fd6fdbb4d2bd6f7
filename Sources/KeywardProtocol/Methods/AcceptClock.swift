/// `clock.accept`: trusts the wall clock, and undoes what was recorded while it was ahead.
package enum AcceptClock: Method {
    package static let name = "clock.accept"
    package static let contract = MethodContract(
        // It waits for changes in progress, like a run of a sweep.
        role: .operator, work: .read,
        summary: "Trusts the wall clock, and undoes what was recorded while it was ahead.",
        params: ["confirm": "Confirms the checks of `confirmationRequired`."],
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
