/// The source of the daemon's pepper.
package enum PepperLocation: Hashable, Sendable {
    /// The name of a credential from the service manager.
    case credential(String)
    /// The path of a file.
    case file(String)
}
