internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward pepper remove`
struct PepperRemoveCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a retired pepper that no key needs.",
        discussion: """
            Only root can do this. It stops the service, changes the file of the peppers, and starts the service again. \
            Keys that have ended are unknown after it. Old entries of the audit trail can still be checked.
            """,
        aliases: ["rm"])

    @Argument(help: "The id of a pepper, as shown by 'keyward pepper status'.")
    var pepper: String

    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    private static let sockets = ["keywardd.socket", "keywardd-verify.socket"]

    func run(in session: Session) throws {
        try AdministratorOnly.require(session)
        let status = try session.call(GetPepper.self, NoParams(), within: Session.longPatience).value
        let use = try Self.removable(pepper, among: status.peppers)
        if !confirmation.yes {
            var facts = FactSheet()
            facts.add("Pepper", "pepper", Cell("\(use.id.printable), retired"))
            facts.add("Place", "place", Cell(status.place.printable))
            try session.ask(
                facts, "The service stops for a moment. Keys that have ended under this pepper will be unknown.",
                "Remove the pepper?")
        }
        try restarting { try SystemProgram.check("keywardd", ["remove-pepper", use.id]) }
        if session.options.json {
            try session.console.write(json: JSONText(JSONCoding.string(of: Report(pepper: use.id))))
        } else {
            session.console.report("Removed the pepper \(use.id.printable).")
        }
    }

    /// The pepper, if it can be removed. The daemon's program checks it again while the service is stopped.
    static func removable(_ id: String, among peppers: [PepperUse]) throws(Failure) -> PepperUse {
        guard let use = peppers.first(where: { $0.id == id.lowercased() }) else {
            throw .usage("There is no pepper '\(id.printable)'. See: keyward pepper status")
        }
        guard !use.current else { throw .usage("\(use.id) is the current pepper, which new keys use.") }
        guard use.liveKeys == 0 else {
            let verb = use.liveKeys == 1 ? "needs" : "need"
            throw .refused(
                """
                \(CountText.of(use.liveKeys, "key")) that may still verify \(verb) this pepper.
                Each moves to the current one at its next use. Rotate or revoke those that are not used.
                """)
        }
        return use
    }

    /// Runs `body` while no daemon runs and no client can start one.
    private func restarting(_ body: () throws -> Void) throws {
        try SystemProgram.check("systemctl", ["stop"] + Self.sockets + ["keywardd.service"])
        let result = Result { try body() }
        try SystemProgram.check("systemctl", ["start"] + Self.sockets + ["keywardd.service"])
        try result.get()
    }

    private struct Report: Encodable {
        var pepper: String
    }
}
