internal import KeywardCore
internal import KeywardSettings

extension Configuration {
    private static let longestDays = 36_500

    /// Reads the sections `sweeps` and `retention`.
    mutating func readSweeps(_ section: inout Section) throws(ConfigurationError) {
        var sweeps = policy.sweeps
        let place = section.position(of: "sweeps")
        if var settings = try section.section("sweeps") {
            let notices = try settings.integers("noticeDays", in: 1...SweepPolicy.longestNotice, atMost: 8)
            sweeps.noticeDays = notices ?? sweeps.noticeDays
            sweeps.staleAfterDays = try days("staleAfterDays", &settings) ?? sweeps.staleAfterDays
            sweeps.disableAfterDays = try days("disableAfterDays", &settings)
            sweeps.revokeAfterDays = try days("revokeAfterDays", &settings)
            sweeps.exemptKeys = try settings.texts("exemptKeys", atMost: 10_000, longest: 64) ?? sweeps.exemptKeys
            sweeps.largestShare = try settings.share("largestShare") ?? sweeps.largestShare
            try settings.end()
        }
        if var retention = try section.section("retention") {
            sweeps.retainTerminalDays = try days("terminalDays", &retention) ?? sweeps.retainTerminalDays
            sweeps.retainUsageDays = try days("usageDays", &retention) ?? sweeps.retainUsageDays
            policy.keepsLastAddresses = try retention.boolean("lastAddresses") ?? policy.keepsLastAddresses
            try retention.end()
        }
        if let message = Self.disorder(of: sweeps) {
            throw ConfigurationError(file: section.file, position: place, message: message)
        }
        policy.sweeps = sweeps
    }

    private func days(_ name: String, _ section: inout Section) throws(ConfigurationError) -> Int? {
        try section.integer(name, in: 1...Self.longestDays)
    }

    /// A key becomes stale, then disabled, then revoked. So each number must be greater than the one before.
    private static func disorder(of sweeps: SweepPolicy) -> String? {
        if let disable = sweeps.disableAfterDays, disable <= sweeps.staleAfterDays {
            return "'sweeps.disableAfterDays' must be more than 'staleAfterDays' (\(sweeps.staleAfterDays))"
        }
        guard let revoke = sweeps.revokeAfterDays else { return nil }
        if let disable = sweeps.disableAfterDays, revoke <= disable {
            return "'sweeps.revokeAfterDays' must be more than 'disableAfterDays' (\(disable))"
        }
        return revoke <= sweeps.staleAfterDays
            ? "'sweeps.revokeAfterDays' must be more than 'staleAfterDays' (\(sweeps.staleAfterDays))" : nil
    }
}
