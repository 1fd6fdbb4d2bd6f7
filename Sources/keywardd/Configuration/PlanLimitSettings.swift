internal import KeywardCore
internal import KeywardSettings

/// Reads what a plan says about limits and credits.
enum PlanLimitSettings {
    private static let mostCaps = 4

    /// - Parameter place: that of the plan's name.
    static func read(
        _ section: inout Section, into plan: inout Plan, at place: ConfigurationError.Position?
    ) throws(ConfigurationError) {
        plan.limits = try limits(&section)
        plan.requireLimits = try section.boolean("requireLimits") ?? false
        plan.maxLimits = try caps(&section)
        plan.maxCredits = try section.integer("maxCredits", in: Credits.balances).map { Int64($0) }
        guard plan.limits.isEmpty || plan.rule(brokenBy: plan.limits) == nil else {
            throw ConfigurationError(
                file: section.file, position: place,
                message: "'\(section.path).limits' break a rule of the plan: requireLimits or maxLimits")
        }
    }

    private static func limits(_ section: inout Section) throws(ConfigurationError) -> [RateLimit] {
        var limits: [RateLimit] = []
        for var item in try section.sections("limits", atMost: RateLimit.most, example: "name: requests") ?? [] {
            let place = item.position(of: "name")
            let name = try item.text("name", longest: 64) ?? ""
            guard KeyName.fault(in: name) == nil, !limits.contains(where: { $0.name == name }) else {
                throw ConfigurationError(
                    file: item.file, position: place,
                    message: "'\(item.path).name' must be another slug than the other limits have")
            }
            let rate = try rate(&item)
            limits.append(
                RateLimit(
                    name: name, limit: rate.limit, window: rate.window,
                    isAutomatic: try item.boolean("automatic") ?? true))
            try item.end()
        }
        return limits
    }

    private static func caps(_ section: inout Section) throws(ConfigurationError) -> [RateCap] {
        var caps: [RateCap] = []
        for var item in try section.sections("maxLimits", atMost: mostCaps, example: "limit: 1000") ?? [] {
            caps.append(try rate(&item))
            try item.end()
        }
        return caps
    }

    private static func rate(_ item: inout Section) throws(ConfigurationError) -> RateCap {
        let limit = try item.integer("limit", in: RateLimit.limits)
        let seconds = try item.integer("windowSeconds", in: RateLimit.windows)
        guard let limit, let seconds else {
            throw ConfigurationError(
                file: item.file, position: item.position, message: "'\(item.path)' must have limit and windowSeconds")
        }
        return RateCap(limit: Int64(limit), window: .seconds(seconds))
    }
}
