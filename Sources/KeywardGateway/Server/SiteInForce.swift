/// A site with what answers need of it. A request is answered by the one under which it arrived, also if a reload has
/// replaced that.
final class SiteInForce: Sendable {
    let site: Site
    let check: RequestCheck
    let writer: AnswerWriter
    /// What asks the daemon about a key, by rule.
    let lines: [VerifyLine]
    let identity: IdentityBlock

    init(_ site: Site) {
        self.site = site
        check = RequestCheck(site)
        writer = AnswerWriter(site)
        lines = site.rules.map {
            VerifyLine(workspace: site.workspace, scopes: $0.scopes, cost: $0.cost, limits: $0.limits)
        }
        identity = IdentityBlock(site.identity)
    }

    /// Whether it serves processes of this account; `nil` if the connection is no TCP connection.
    func isOpen(to uid: UInt32?) -> Bool {
        guard let loopback = site.loopback else { return true }
        return uid.map(loopback.uids.contains) ?? false
    }
}
