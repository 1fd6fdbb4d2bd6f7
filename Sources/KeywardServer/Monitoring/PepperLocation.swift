/// Where the daemon found its pepper.
package enum PepperLocation: Hashable, Sendable {
    /// The name of a credential that the service manager handed over.
    case credential(String)
    /// The path of a file.
    case file(String)
}
