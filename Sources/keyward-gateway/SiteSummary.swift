internal import KeywardGateway

/// The output of `--check-config` for a valid file.
enum SiteSummary {
    static func text(of site: Site, from file: String) -> String {
        var lines = ["\(file): valid."]
        lines.append("Proxy      \(site.proxy.rawValue)")
        lines.append("Workspace  \(site.workspace == "*" ? "any" : site.workspace)")
        lines.append("Key        \(places(site.places))")
        if let address = site.clientAddress { lines.append("Address    \(address.header)") }
        lines.append("Headers    \(headers(site.identity))")
        lines.append("Preflight  \(site.passesPreflights ? "passes without a key" : "needs a key")")
        lines.append("Fail open  \(site.failsOpen ? "yes, while nothing listens on the daemon's socket" : "no")")
        if let loopback = site.loopback {
            let accounts = loopback.uids.count == 1 ? "1 account" : "\(loopback.uids.count) accounts"
            lines.append("Listen     \(loopback.address) port \(loopback.port), \(accounts)")
        }
        for (index, rule) in site.rules.enumerated() {
            let methods = rule.methods.map { $0.sorted().joined(separator: ",") } ?? "any method"
            let scopes = rule.scopes.isEmpty ? "a valid key" : rule.scopes.joined(separator: " ")
            let number = "Rule \(index + 1)"
            let gap = String(repeating: " ", count: max(1, 11 - number.count))
            lines.append(
                "\(number)\(gap)\(rule.prefix.isEmpty ? "/" : rule.prefix)  \(methods)  \(scopes)\(costs(rule))")
        }
        return lines.joined(separator: "\n")
    }

    /// What the rule spends, unless it is the usual.
    private static func costs(_ rule: Rule) -> String {
        let limits = rule.limits.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return (rule.cost == 1 ? "" : "  cost \(rule.cost)")
            + (limits.isEmpty ? "" : "  limits " + limits.joined(separator: ", "))
    }

    private static func places(_ places: KeyPlaces) -> String {
        [
            places.bearer ? "Authorization: Bearer" : nil, places.apiKeyHeader ? "X-API-Key" : nil,
            places.basic.map { "Basic \($0.rawValue)" }, places.queryParameter.map { "query parameter \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private static func headers(_ chosen: Set<IdentityHeader>) -> String {
        let names = IdentityHeader.allCases.filter(chosen.contains).map(\.rawValue)
        return names.isEmpty ? "none" : names.joined(separator: ", ")
    }
}
