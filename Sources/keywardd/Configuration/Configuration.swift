internal import KeywardCore
internal import KeywardServer
internal import KeywardSettings

/// Everything that an operator can configure. Without a file, the defaults apply.
struct Configuration: Equatable {
    var policy = Policy()
    var adminLimits = SocketLimits.admin
    var verifyLimits = SocketLimits.verify
    /// The largest number of event loops of the verify socket; `nil` is the smaller of four and the number of cores.
    var verifyLoops: Int?
    /// Whether all of them serve regardless of the load.
    var allLoopsServe = false

    /// The file that is read without `--config`.
    static let defaultFile = "/etc/keyward/keyward.yaml"
}

extension Configuration {
    /// Parses YAML text; `file` is for messages.
    init(yaml text: String, file: String) throws(ConfigurationError) {
        self.init()
        guard let root = try YAMLReader(file: file).read(text) else { return }
        var section = try Section(root, path: "", file: file)
        try readPlans(&section)
        try readNaming(&section)
        try readSweeps(&section)
        try readLimits(&section)
        policy.operatorGroup = try section.text("operatorGroup", longest: 32) ?? policy.operatorGroup
        verifyLoops = try section.integer("verifyLoops", in: 1...64)
        allLoopsServe = try section.boolean("allLoopsServe") ?? allLoopsServe
        if var clock = try section.section("clock") {
            let seconds = try clock.integer("boundSeconds", in: 1...86_400)
            policy.clockBound = seconds.map { .seconds($0) } ?? policy.clockBound
            try clock.end()
        }
        try section.end()
    }

    private mutating func readPlans(_ section: inout Section) throws(ConfigurationError) {
        let place = section.position(of: "plans")
        if var catalogue = try section.section("plans") {
            policy.plans = try PlanCatalogue.read(&catalogue)
        }
        let defaultPlace = section.position(of: "defaultPlan")
        policy.defaultPlan = try section.text("defaultPlan", longest: 64) ?? policy.defaultPlan
        guard policy.plans[policy.defaultPlan] != nil else {
            let names = policy.plans.keys.sorted().joined(separator: ", ")
            throw ConfigurationError(
                file: section.file, position: defaultPlace ?? place,
                message: "'defaultPlan' is '\(policy.defaultPlan)', which is not in the catalogue (\(names))")
        }
    }

    private mutating func readNaming(_ section: inout Section) throws(ConfigurationError) {
        guard var naming = try section.section("naming") else { return }
        policy.personalNames = try naming.choice("personal", Policy.PersonalNames.self) ?? policy.personalNames
        let place = naming.position(of: "productionSegments")
        let segments = try naming.texts("productionSegments", atMost: 64, longest: 64)
        policy.productionSegments = segments ?? policy.productionSegments
        guard policy.productionSegments.allSatisfy(Self.isSegment) else {
            throw ConfigurationError(
                file: section.file, position: place,
                message: "'naming.productionSegments' must be words of a-z and 0-9, as they stand in a key's name")
        }
        try naming.end()
    }

    private mutating func readLimits(_ section: inout Section) throws(ConfigurationError) {
        guard var limits = try section.section("limits") else { return }
        if var admin = try limits.section("admin") { try adminLimits.read(&admin) }
        if var verify = try limits.section("verify") { try verifyLimits.read(&verify) }
        try limits.end()
    }

    private static func isSegment(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
    }
}
