/// A condition that an operator should know. It lasts until somebody fixes it.
public struct Notice: Codable, Hashable, Sendable {
    /// A fixed word for programs: `storeReadOnly`, …
    public var code: String
    /// What is wrong and its consequence, as sentences for people.
    public var message: String
    /// The arguments of the `keyward` command that fixes it, without the program's name and `--socket`; `nil` if no
    /// command does.
    public var remedy: [String]?

    public init(code: String, message: String, remedy: [String]? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}
