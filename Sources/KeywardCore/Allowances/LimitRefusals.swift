/// Verifications that a limit refused, since the start, by workspace and limit.
///
/// Admins choose the names of limits, so there is a bound: limits beyond it are counted together.
package struct LimitRefusals: Sendable {
    package struct Source: Hashable, Sendable {
        /// The number of a workspace.
        package var workspace: Int64
        /// The name of a limit; `nil` for all that are not counted by name.
        package var limit: String?
    }

    /// The most limits that are counted by name.
    package static let most = 200

    package private(set) var counts: [Source: Int] = [:]

    /// - Parameter name: in UTF-8.
    mutating func count(_ name: UnsafeRawBufferPointer, inWorkspace workspace: Int64) {
        var source = Source(workspace: workspace, limit: String(decoding: name, as: UTF8.self))
        if counts[source] == nil, counts.count >= Self.most { source = Source(workspace: 0, limit: nil) }
        counts[source, default: 0] += 1
    }
}
