internal import KeywardClient

/// Why a handler has no page.
enum ScreenFailure: Error {
    /// The request is not served.
    case refused(RequestRefusal)
    /// The caller has no role in any workspace.
    case noWorkspace
    /// The caller can view the keys of the workspace, and not change them. Its admins are named.
    case viewsOnly(workspace: String, admins: [String])
    /// The plan of the workspace does not include API access.
    case upgradeRequired(workspace: String, Access)
}
