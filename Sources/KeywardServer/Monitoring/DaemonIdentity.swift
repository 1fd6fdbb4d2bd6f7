/// The facts about a daemon that do not change while it runs.
struct DaemonIdentity: Sendable {
    let version: String
    let pid: Int32
    /// The source of the pepper.
    let pepperLocation: PepperLocation
}
