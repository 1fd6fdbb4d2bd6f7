/// What a daemon is from its start to its end.
struct DaemonIdentity: Sendable {
    let version: String
    let pid: Int32
    /// Where the pepper was found.
    let pepperLocation: PepperLocation
}
