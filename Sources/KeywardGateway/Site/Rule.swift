/// What a site's file says about some paths and methods.
package struct Rule: Hashable, Sendable {
    /// The start of the paths, without a final slash; empty for every path.
    package var prefix: String
    /// The methods; `nil` is every method.
    package var methods: Set<String>?
    /// The scopes that a key must hold, all of them.
    package var scopes: [String]
    /// What a request spends of the key's automatic limits and of its credits, 0 to 1,000,000.
    package var cost: Int
    /// What it spends of limits with these names, in place of `cost`; also of limits that are not automatic.
    package var limits: [String: Int]

    package init(
        prefix: String, methods: Set<String>? = nil, scopes: [String] = [], cost: Int = 1, limits: [String: Int] = [:]
    ) {
        (self.prefix, self.methods, self.scopes) = (prefix, methods, scopes)
        (self.cost, self.limits) = (cost, limits)
    }

    /// Whether it is about this request. A prefix ends where a segment ends: `/orders` is not about `/orders-old`.
    package func matches(method: String, path: RequestPath) -> Bool {
        if let methods, !methods.contains(method) { return false }
        return path.isBelow(prefix)
    }

    /// Whether every request that `other` is about is one that this rule is about too.
    package func covers(_ other: Rule) -> Bool {
        guard other.prefix == prefix || other.prefix.hasPrefix(prefix + "/") else { return false }
        guard let methods else { return true }
        return other.methods?.isSubset(of: methods) ?? false
    }
}
