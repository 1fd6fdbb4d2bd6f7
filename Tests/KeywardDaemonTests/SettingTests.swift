import Testing

@testable import KeywardCore
@testable import KeywardSettings
@testable import keywardd

/// Every setting of the configuration in a table, which is compared with the documented file and the fields of
/// ``Configuration``.
struct SettingTests {
    private static let complaint = "must be a whole number from"

    // MARK: The table is complete

    @Test func everyDocumentedMemberIsInTheTable() throws {
        let members = DocumentedConfiguration.withoutCommentSigns(try DocumentedConfiguration.text)
        let root = try #require(try YAMLReader(file: "f").read(members))
        let documented = Self.leaves(of: root, "").filter { !$0.hasPrefix("plans.free.") }
        #expect(Set(documented) == Set(Setting.all.map(\.path)))
    }

    @Test func everyFieldIsSetByOneSetting() {
        let fields = Self.fields(of: Configuration()).keys.filter { !$0.hasPrefix("policy.plans.free.") }
        #expect(Set(fields) == Set(Setting.all.map(\.field)))
        #expect(Setting.all.count == fields.count)
    }

    @Test func noTestedValueIsAnotherSettingsValueOrDefault() {
        let defaults = Set(Self.fields(of: Configuration()).values)
        let values = Setting.all.map(\.reads).filter { $0 != "true" && $0 != "false" }
        #expect(Set(values).count == values.count)
        #expect(defaults.isDisjoint(with: values))
    }

    // MARK: Every setting

    @Test(arguments: Setting.all) func aSettingReachesItsOwnFieldAndNoOther(setting: Setting) throws {
        let before = Self.fields(of: try Self.read(setting.companions))
        let after = Self.fields(of: try Self.read(setting.companions + [(setting.path, setting.value)]))
        let changed = after.filter { before[$0.key] != $0.value }
        #expect(changed == [setting.field: setting.reads])
        #expect(Set(before.keys) == Set(after.keys))
    }

    @Test(arguments: Setting.all) func aSettingThatDiffersIsReportedAfterAReload(setting: Setting) throws {
        let before = try Self.read(setting.companions)
        let after = try Self.read(setting.companions + [(setting.path, setting.value)])
        let reported = after.changes(since: before)
        let name = setting.path.hasPrefix("plans.standard.") ? "plans.standard" : setting.path
        #expect(reported.count == 1 && reported[0].hasPrefix(name + ": "), "\(reported)")
        #expect(before.changes(since: after).count == 1)
        #expect(after.changes(since: after) == [])
    }

    @Test(arguments: Setting.all.filter { $0.range != nil }) func aNumberIsHeldToItsRangeOnBothSides(
        setting: Setting
    ) throws {
        let range = try #require(setting.range)
        func isOutOfRange(_ value: Int) -> Bool {
            let text = setting.path.hasSuffix("noticeDays") ? "[\(value)]" : "\(value)"
            return Self.refusal(of: setting.companions + [(setting.path, text)]).contains(Self.complaint)
        }
        #expect(!isOutOfRange(range.lowerBound) && !isOutOfRange(range.upperBound))
        #expect(isOutOfRange(range.upperBound + 1))
        // Below zero there is no number at all.
        #expect(isOutOfRange(range.lowerBound - 1))
    }

    @Test(arguments: Setting.all) func aMisspeltMemberIsRefusedWithTheRightName(setting: Setting) throws {
        let complaint = Self.refusal(of: setting.companions + [(String(setting.path.dropLast()), setting.value)])
        let member = try #require(setting.path.split(separator: ".").last)
        #expect(complaint.contains("unknown member '\(member.dropLast())'"))
        #expect(complaint.contains("did you mean '\(member)'?"), "\(complaint)")
    }

    // MARK: Every section

    @Test func anUnknownMemberIsRefusedInEverySection() {
        let sections = Set(Setting.all.flatMap(\.sections)).subtracting(["plans"])
        #expect(sections.isSuperset(of: ["", "naming", "sweeps", "retention", "clock", "limits", "limits.verify"]))
        for section in sections {
            let member = section.isEmpty ? "bogus" : section + ".bogus"
            let companions = Setting.all.first { $0.sections.contains(section) }?.companions ?? []
            let place = section.isEmpty ? "the top level" : "'\(section)'"
            let complaint = Self.refusal(of: companions + [(member, "1")])
            #expect(complaint.hasSuffix("unknown member 'bogus' in \(place)"), "\(section): \(complaint)")
        }
    }

    @Test(arguments: Set(Setting.all.flatMap(\.sections)).subtracting([""]).sorted())
    func aSectionIsNotAValue(section: String) {
        #expect(Self.refusal(of: [(section, "5")]).hasSuffix("'\(section)' must be a section, not a single value"))
    }

    // MARK: Texts and lists

    @Test(arguments: [("operatorGroup", 32), ("sweeps.exemptKeys", 64), ("naming.productionSegments", 64)])
    func aTextIsHeldToItsLength(path: String, longest: Int) {
        func refusal(_ length: Int) -> String {
            let text = String(repeating: "a", count: length)
            return Self.refusal(of: [(path, path == "operatorGroup" ? text : "[\(text)]")])
        }
        #expect(refusal(longest) == "no refusal" && refusal(1) == "no refusal")
        #expect(refusal(longest + 1).hasSuffix("must be 1 to \(longest) characters of text on one line"))
    }

    @Test(arguments: [("sweeps.noticeDays", 8), ("sweeps.exemptKeys", 10_000), ("naming.productionSegments", 64)])
    func aListIsHeldToItsLength(path: String, most: Int) {
        func refusal(_ count: Int) -> String {
            let prefix = path == "sweeps.noticeDays" ? "" : "a"
            return Self.refusal(of: [(path, "[\((1...count).map { "\(prefix)\($0)" }.joined(separator: ", "))]")])
        }
        #expect(refusal(most) == "no refusal")
        #expect(refusal(most + 1).hasSuffix("must have at most \(most) elements"))
    }

    @Test func aShareIsFromZeroToOne() {
        for value in ["0", "1", "0.0", "1.0"] {
            #expect(Self.refusal(of: [("sweeps.largestShare", value)]) == "no refusal")
        }
        for value in ["-0.1", "1.0001"] {
            #expect(Self.refusal(of: [("sweeps.largestShare", value)]).hasSuffix("must be a number from 0 to 1"))
        }
    }

    @Test func aCatalogueHasAtMostAHundredPlans() {
        func refusal(_ count: Int) -> String {
            Self.refusal(
                of: [("defaultPlan", "p1")] + (1...count).map { ("plans.p\($0).apiAccess", "true") })
        }
        #expect(refusal(100) == "no refusal" && refusal(101).contains("cannot be a plan"))
    }
}

extension SettingTests {
    private static func read(_ members: [(path: String, value: String)]) throws -> Configuration {
        try Configuration(yaml: yaml(members), file: "keyward.yaml")
    }

    private static func refusal(of members: [(path: String, value: String)]) -> String {
        do {
            _ = try read(members)
            return "no refusal"
        } catch {
            return "\(error)"
        }
    }

    /// A document with these members: each section once, in braces. Of two with one path the later counts.
    private static func yaml(_ members: [(path: String, value: String)]) -> String {
        func section(_ members: [(path: ArraySlice<Substring>, value: String)]) -> String {
            var names: [Substring] = []
            for member in members where !names.contains(member.path.first ?? "") {
                names.append(member.path.first ?? "")
            }
            let texts = names.map { name in
                let inner = members.filter { $0.path.first == name }
                if let leaf = inner.last(where: { $0.path.count == 1 }) { return "\(name): \(leaf.value)" }
                return "\(name): " + section(inner.map { ($0.path.dropFirst(), $0.value) })
            }
            return "{" + texts.joined(separator: ", ") + "}"
        }
        return section(members.map { ($0.path.split(separator: ".")[...], $0.value) }) + "\n"
    }

    /// The paths of all members except sections.
    private static func leaves(of node: SettingNode, _ path: String) -> [String] {
        guard case .members(let members) = node.content else { return [path] }
        return members.flatMap { leaves(of: $0.value, path.isEmpty ? $0.name : "\(path).\($0.name)") }
    }

    /// Every field of a value that is not a structure itself, by its path, as text.
    private static func fields(of value: Any, _ path: String = "") -> [String: String] {
        let mirror = Mirror(reflecting: value)
        func merged(_ parts: [(String, Any)]) -> [String: String] {
            parts.map { fields(of: $0.1, path.isEmpty ? $0.0 : "\(path).\($0.0)") }.reduce(into: [:]) {
                $0.merge($1) { $1 }
            }
        }
        switch mirror.displayStyle {
        case .struct where !mirror.children.isEmpty: return merged(mirror.children.map { ($0.label ?? "", $0.value) })
        case .dictionary:
            return merged(
                mirror.children.compactMap { pair in
                    let pair = Mirror(reflecting: pair.value).children.map(\.value)
                    return ("\(pair[0])", pair[1])
                })
        case .optional: return mirror.children.first.map { fields(of: $0.value, path) } ?? [path: "none"]
        case .set: return [path: "\(mirror.children.map { "\($0.value)" }.sorted())"]
        default: return [path: "\(value)"]
        }
    }
}

/// A setting with a value that is neither its default nor another setting's.
struct Setting: Sendable, CustomTestStringConvertible {
    var path: String
    /// The value as written.
    var value: String
    /// The field of ``Configuration`` that it sets.
    var field: String
    /// The expected value of the field.
    var reads: String
    var range: ClosedRange<Int>?
    /// Members without which it cannot be set.
    var companions: [(path: String, value: String)] = []

    var testDescription: String { path }

    /// Every section around it; the top level is empty.
    var sections: [String] {
        let names = path.split(separator: ".").dropLast()
        return (0...names.count).map { names.prefix($0).joined(separator: ".") }
    }

    init(
        _ path: String, _ value: String, _ field: String, reads: String? = nil, in range: ClosedRange<Int>? = nil,
        with companions: [(path: String, value: String)] = []
    ) {
        (self.path, self.value, self.field, self.range) = (path, value, field, range)
        self.reads = reads ?? value
        self.companions = companions
    }

    static let all = plans + policies + limits("admin") + limits("verify")

    private static let catalogue = [("plans.standard.apiAccess", "true"), ("plans.free.apiAccess", "false")]

    private static let plans = [
        Setting("plans.standard.apiAccess", "false", "policy.plans.standard.apiAccess", with: catalogue),
        Setting(
            "plans.standard.maxKeys", "17", "policy.plans.standard.maxKeys", in: 0...10_000_000, with: catalogue),
        Setting(
            "plans.standard.maxLifetimeDays", "18", "policy.plans.standard.maxLifetimeDays", in: 1...36_500,
            with: catalogue),
        Setting("plans.standard.requireExpiry", "true", "policy.plans.standard.requireExpiry", with: catalogue),
        Setting("plans.standard.requirePurpose", "true", "policy.plans.standard.requirePurpose", with: catalogue),
        Setting(
            "plans.standard.limits", "[{name: r, limit: 60, windowSeconds: 7, automatic: false}]",
            "policy.plans.standard.limits",
            reads: "\([RateLimit(name: "r", limit: 60, window: .seconds(7), isAutomatic: false)])", with: catalogue),
        Setting("plans.standard.requireLimits", "true", "policy.plans.standard.requireLimits", with: catalogue),
        Setting(
            "plans.standard.maxLimits", "[{limit: 61, windowSeconds: 8}]", "policy.plans.standard.maxLimits",
            reads: "\([RateCap(limit: 61, window: .seconds(8))])", with: catalogue),
        Setting(
            "plans.standard.maxCredits", "1234567", "policy.plans.standard.maxCredits",
            in: 0...1_000_000_000_000_000, with: catalogue),
        Setting(
            "plans.standard.upgradeURL", "https://example.com/a", "policy.plans.standard.upgradeURL", with: catalogue),
    ]

    private static let policies = [
        Setting("defaultPlan", "free", "policy.defaultPlan"),
        Setting("operatorGroup", "wheel", "policy.operatorGroup"),
        Setting("naming.personal", "refuse", "policy.personalNames"),
        Setting(
            "naming.productionSegments", "[prd, main]", "policy.productionSegments", reads: #"["main", "prd"]"#),
        Setting("sweeps.noticeDays", "[60, 14]", "policy.sweeps.noticeDays", reads: #"["14", "60"]"#, in: 1...120),
        Setting("sweeps.staleAfterDays", "91", "policy.sweeps.staleAfterDays", in: 1...36_500),
        Setting("sweeps.disableAfterDays", "117", "policy.sweeps.disableAfterDays", in: 1...36_500),
        Setting("sweeps.revokeAfterDays", "151", "policy.sweeps.revokeAfterDays", in: 1...36_500),
        Setting("sweeps.exemptKeys", "[yearly]", "policy.sweeps.exemptKeys", reads: #"["yearly"]"#),
        Setting("sweeps.largestShare", "0.35", "policy.sweeps.largestShare"),
        Setting("retention.terminalDays", "501", "policy.sweeps.retainTerminalDays", in: 1...36_500),
        Setting("retention.usageDays", "101", "policy.sweeps.retainUsageDays", in: 1...36_500),
        Setting("retention.lastAddresses", "false", "policy.keepsLastAddresses"),
        Setting(
            "clock.boundSeconds", "61", "policy.clockBound.milliseconds", reads: "61000", in: 1...86_400),
        Setting("verifyLoops", "3", "verifyLoops", in: 1...64),
        Setting("allLoopsServe", "true", "allLoopsServe"),
    ]

    private static func limits(_ socket: String) -> [Setting] {
        // The values for one socket differ from those for the other.
        let more = socket == "admin" ? 0 : 1
        func limit(_ name: String, _ value: Int, in range: ClosedRange<Int>) -> Setting {
            Setting("limits.\(socket).\(name)", "\(value + more)", "\(socket)Limits.\(name)", in: range)
        }
        return [
            limit("lineBytes", 2_048, in: 1_024...8_388_608),
            limit("connections", 2_000, in: 1...65_536),
            limit("connectionsPerUser", 70, in: 1...65_536),
            limit("reserved", 12, in: 0...1_024),
            limit("partialLineSeconds", 21, in: 1...3_600),
            limit("stalledWriteSeconds", 33, in: 1...3_600),
            limit("idleSeconds", 41, in: 1...86_400),
        ]
    }
}
