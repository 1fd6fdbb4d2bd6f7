internal import KeywardCore
internal import KeywardSettings

/// Reads the section `plans`: the name and the members of each plan.
enum PlanCatalogue {
    private static let mostPlans = 100

    static func read(_ catalogue: inout Section) throws(ConfigurationError) -> [String: Plan] {
        var plans: [String: Plan] = [:]
        for name in catalogue.names {
            let place = catalogue.position(of: name)
            guard isName(name), plans.count < mostPlans else {
                throw ConfigurationError(
                    file: catalogue.file, position: place,
                    message: "'\(name)' cannot be a plan: at most \(mostPlans) names of 1 to 64 of a-z, 0-9, - and _")
            }
            guard var section = try catalogue.section(name) else {
                throw ConfigurationError(
                    file: catalogue.file, position: place, message: "plan '\(name)' must at least say 'apiAccess'")
            }
            plans[name] = try plan(&section, at: place)
        }
        return plans
    }

    private static func plan(
        _ section: inout Section, at place: ConfigurationError.Position?
    ) throws(ConfigurationError) -> Plan {
        let apiAccess = try section.boolean("apiAccess")
        var plan = Plan(
            apiAccess: apiAccess ?? false,
            maxKeys: try section.integer("maxKeys", in: 0...10_000_000),
            maxLifetimeDays: try section.integer("maxLifetimeDays", in: 1...36_500),
            requireExpiry: try section.boolean("requireExpiry") ?? false,
            requirePurpose: try section.boolean("requirePurpose") ?? false,
            upgradeURL: try upgradeURL(&section)
        )
        try PlanLimitSettings.read(&section, into: &plan, at: place)
        try section.end()
        guard apiAccess != nil else {
            throw ConfigurationError(
                file: section.file, position: place, message: "'\(section.path).apiAccess' is missing")
        }
        return plan
    }

    private static func upgradeURL(_ section: inout Section) throws(ConfigurationError) -> String? {
        let place = section.position(of: "upgradeURL")
        guard let url = try section.text("upgradeURL", longest: 2_000) else { return nil }
        let isLink = (url.hasPrefix("https://") || url.hasPrefix("http://")) && !url.contains(" ")
        guard isLink else {
            throw ConfigurationError(
                file: section.file, position: place,
                message: "'\(section.path).upgradeURL' must begin with https:// or http:// and hold no space")
        }
        return url
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" || $0 == "_"
            }
    }
}
