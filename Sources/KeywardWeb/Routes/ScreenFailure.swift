/// Why a handler has no page.
enum ScreenFailure: Error {
    /// The request is not served.
    case refused(RequestRefusal)
    /// The caller has no role in any workspace.
    case noWorkspace
}
