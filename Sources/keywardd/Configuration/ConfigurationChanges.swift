internal import KeywardCore
internal import KeywardServer

extension Configuration {
    /// The differences to `other`, one string per member: `limits.admin.connections: 64, was 128`, sorted by name.
    func changes(since other: Configuration) -> [String] {
        let (mine, theirs) = (members, other.members)
        return Set(mine.keys).union(theirs.keys).sorted().compactMap { name in
            guard mine[name] != theirs[name] else { return nil }
            return "\(name): \(mine[name] ?? "none"), was \(theirs[name] ?? "none")"
        }
    }

    /// Every member by its path, as text; empty ones are left out.
    private var members: [String: String] {
        var members: [String: String] = [
            "defaultPlan": policy.defaultPlan, "operatorGroup": policy.operatorGroup,
            "naming.personal": policy.personalNames.rawValue,
            "naming.productionSegments": policy.productionSegments.sorted().joined(separator: " "),
            "retention.lastAddresses": "\(policy.keepsLastAddresses)",
            "allLoopsServe": "\(allLoopsServe)", "clock.boundSeconds": "\(policy.clockBound.milliseconds / 1_000)",
        ]
        members["verifyLoops"] = verifyLoops.map { "\($0)" }
        for (name, plan) in policy.plans { members["plans.\(name)"] = Self.text(of: plan) }
        members.merge(Self.members(of: policy.sweeps)) { $1 }
        for (name, limits) in [("admin", adminLimits), ("verify", verifyLimits)] {
            for (member, value) in Self.members(of: limits) { members["limits.\(name).\(member)"] = value }
        }
        return members
    }

    private static func text(of plan: Plan) -> String {
        var words = [plan.apiAccess ? "API access" : "no API access"]
        words += plan.maxKeys.map { ["maxKeys \($0)"] } ?? []
        words += plan.maxLifetimeDays.map { ["maxLifetimeDays \($0)"] } ?? []
        if plan.requireExpiry { words.append("requireExpiry") }
        if plan.requirePurpose { words.append("requirePurpose") }
        words += plan.limits.map { limit in
            "\(limit.isAutomatic ? "limit" : "named limit") \(limit.name)=\(limit.limit)/\(limit.window.milliseconds / 1_000)s"
        }
        if plan.requireLimits { words.append("requireLimits") }
        words += plan.maxLimits.map { "maxLimit \($0.limit)/\($0.window.milliseconds / 1_000)s" }
        words += plan.maxCredits.map { ["maxCredits \($0)"] } ?? []
        words += plan.upgradeURL.map { [$0] } ?? []
        return words.joined(separator: " ")
    }

    private static func members(of sweeps: SweepPolicy) -> [String: String] {
        var members = [
            "sweeps.staleAfterDays": "\(sweeps.staleAfterDays)", "sweeps.largestShare": "\(sweeps.largestShare)",
            "sweeps.exemptKeys": sweeps.exemptKeys.sorted().joined(separator: " "),
            "sweeps.noticeDays": sweeps.noticeDays.sorted().map { "\($0)" }.joined(separator: " "),
            "retention.terminalDays": "\(sweeps.retainTerminalDays)",
            "retention.usageDays": "\(sweeps.retainUsageDays)",
        ]
        members["sweeps.disableAfterDays"] = sweeps.disableAfterDays.map { "\($0)" }
        members["sweeps.revokeAfterDays"] = sweeps.revokeAfterDays.map { "\($0)" }
        return members
    }

    private static func members(of limits: SocketLimits) -> [String: String] {
        [
            "lineBytes": "\(limits.lineBytes)", "connections": "\(limits.connections)",
            "connectionsPerUser": "\(limits.connectionsPerUser)", "reserved": "\(limits.reserved)",
            "partialLineSeconds": "\(limits.partialLineSeconds)",
            "stalledWriteSeconds": "\(limits.stalledWriteSeconds)",
            "idleSeconds": limits.idleSeconds.map { "\($0)" } ?? "never",
        ]
    }
}
