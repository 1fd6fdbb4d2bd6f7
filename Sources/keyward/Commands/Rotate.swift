internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward rotate`
struct Rotate: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Replace a key; the old one keeps working for a while.",
        discussion: """
            Tell the owner first. Then rotate, and deliver the new key. When the owner has confirmed, end the \
            old key with `keyward confirm`. While the new key is unused, `keyward cancel` undoes the rotation.
            """)

    @OptionGroup var target: KeyArgument

    @Option(
        help: ArgumentHelp("How long the old key keeps working: 24h by default, at most 30d.", valueName: "time"),
        transform: Self.graceSeconds)
    var grace: Int?

    @Option(
        help: ArgumentHelp(
            "When the grace period starts: firstUse of the new key (the default), or now.", valueName: "start"),
        completion: .list(GraceStart.allCases.map(\.rawValue)), transform: choice)
    var graceStarts: GraceStart?

    @Option(
        name: [.customShort("e"), .long],
        help: ArgumentHelp(
            "New expiry: \(TimeArgument.forms), or never. By default it has the same lifetime as the old key.",
            valueName: "when"), transform: TimeArgument.expiry)
    var expires: TimeArgument?

    @Option(
        help: ArgumentHelp("Idempotency key: a repeated call is a conflict, not a second rotation.", valueName: "id"))
    var requestID: String?

    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var delivery: DeliveryOptions
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let expiresAt = try newExpiry(session.console.now)
        let way = try SecretDelivery(delivery, console: session.console)
        try session.confirming(isConfirmed: confirmation.yes, question: "Rotate it?") { confirm in
            let params = RotateKey.Params(
                key: target.key, workspace: target.place.workspace, graceSeconds: grace,
                graceStarts: graceStarts.map { RotateKey.GraceStart(rawValue: $0.rawValue) }, expiresAt: expiresAt,
                requestId: requestID, confirm: confirm)
            try way.whileReady {
                try session.call(RotateKey.self, params)
            } deliver: { answer in
                try deliver(answer, way, session)
            }
        }
    }

    private func newExpiry(_ now: Timestamp) throws -> Change<Timestamp> {
        guard let expires else { return .keep }
        return try expires.end(now: now).map { .set($0) } ?? .clear
    }

    private func deliver(_ answer: Answer<RotateKey.Result>, _ way: SecretDelivery, _ session: Session) throws {
        let key = answer.value.key
        let cancel = session.command("cancel", [key.prefix], in: key.workspace)
        try way.deliver(Secret(answer.value.secret), in: common.json ? answer.text : nil) {
            takeBack(key, cancel, session)
        }
        if common.json { return }
        report(answer.value, session)
        way.printOnce()
        session.console.report(
            """
            When its owner has switched to the new key, run: \(session.command("confirm", [key.prefix], in: key.workspace))
            To cancel before its first use, run: \(cancel)
            """)
    }

    /// Cancels a rotation whose new secret was lost. A rotation that has already ended the old key cannot be cancelled.
    private func takeBack(_ key: Key, _ cancel: String, _ session: Session) -> String {
        do {
            _ = try session.call(CancelRotation.self, CancelRotation.Params(key: key.id, confirm: true))
            return "The rotation was cancelled, because the new secret could not be delivered. "
                + "The old key stays active."
        } catch .rejected {
            return """
                The key \(key.shown) was made, and its secret is lost.
                To replace it, run: \(session.command("rotate", [key.prefix], in: key.workspace))
                """
        } catch {
            return """
                The key \(key.shown) was made, and its secret is lost.
                To cancel the rotation, run: \(cancel)
                """
        }
    }

    private func report(_ result: RotateKey.Result, _ session: Session) {
        let (new, old) = (result.key, result.retiring)
        let end = old.rotation?.graceEndsAt.map { "until \(LocalTime.dayAndMinute($0)) (\(session.relative($0)))" }
        let seconds = Int64(self.grace ?? RotateKey.defaultGrace)
        let grace = seconds == 0 ? "" : "\(RelativeTime.span(seconds: seconds)) after "
        let works = old.status == .retiring ? "keeps working" : "is \(old.status)"
        let until = old.status == .retiring ? " " + (end ?? "until \(grace)the new key's first use") : ""
        session.console.report(
            "Rotated \(new.name): \(new.prefix) replaces \(old.prefix), which \(works)\(until). "
                + "The new key \(new.expiryClause(now: session.console.now)).")
        session.report(result.warnings)
    }

    private static func graceSeconds(_ text: String) throws -> Int {
        if text == "0" { return 0 }
        guard let seconds = TimeArgument.seconds(text), seconds <= RotateKey.longestGrace else {
            throw ValidationError("Use a grace period such as 24h, 7d or 0; at most 30d.")
        }
        return Int(seconds)
    }
}
