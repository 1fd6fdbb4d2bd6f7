/// Limits and credits with a name, on which keys of a workspace draw together.
public struct Budget: Codable, Hashable, Sendable {
    /// A slug, unique among the budgets of the workspace.
    public var name: String
    /// The workspace.
    public var workspace: String
    /// The limits, and what remains of them.
    public var limits: [Limit]
    /// The credits.
    public var credits: Credits?
    /// How many keys draw on it.
    public var keys: Int

    public init(name: String, workspace: String, limits: [Limit] = [], credits: Credits? = nil, keys: Int = 0) {
        self.name = name
        self.workspace = workspace
        self.limits = limits
        self.credits = credits
        self.keys = keys
    }
}
