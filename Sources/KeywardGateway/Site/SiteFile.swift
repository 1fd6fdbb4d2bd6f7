internal import KeywardBase
internal import KeywardProtocol
package import KeywardSettings

/// Reads the file of a site: YAML in which an unknown member is an error with its line.
package struct SiteFile {
    /// For messages.
    private let file: String
    private let name: String
    /// The uid of a login; `nil` if the host has no such account.
    private let uid: (String) -> UInt32?

    private static let mostRules = 1_000
    /// What the daemon takes in one verification.
    private static let mostLimits = 16
    private static let costs = VerifyKey.costs

    package init(file: String, name: String, uid: @escaping (String) -> UInt32?) {
        (self.file, self.name, self.uid) = (file, name, uid)
    }

    /// The site that the text describes.
    package func read(_ text: String) throws(ConfigurationError) -> Site {
        guard let root = try YAMLReader(file: file).read(text) else { throw missing("proxy") }
        var section = try Section(root, path: "", file: file)
        let proxy = try section.choice("proxy", ProxyKind.self)
        var site = Site(name: name, proxy: proxy ?? .nginx, rules: [])
        site.workspace = try section.text("workspace") ?? site.workspace
        if var places = try section.section("key") { site.places = try Self.places(&places) }
        if var address = try section.section("address") { site.clientAddress = try clientAddress(&address) }
        let headers = section.position(of: "headers")
        if let words = try section.texts("headers", atMost: 64) { site.identity = try identity(words, at: headers) }
        site.passesPreflights = try section.boolean("preflight") ?? site.passesPreflights
        site.failsOpen = try section.boolean("failOpen") ?? site.failsOpen
        site.loopback = try loopback(&section)
        let rulesPlace = section.position(of: "rules")
        let rules = try section.sections("rules", atMost: Self.mostRules, example: "path: /orders")
        // First, because a missing member may be a misspelt one.
        try section.end()
        guard proxy != nil else { throw missing("proxy") }
        guard let rules else { throw fault(rulesPlace, "'rules' is missing") }
        guard !rules.isEmpty else { throw fault(rulesPlace, "'rules' needs at least one rule: no request would pass") }
        guard site.proxy != .traefik || site.loopback != nil else {
            throw missing("listen", "Traefik cannot connect to a Unix socket")
        }
        site.rules = try read(rules)
        return site
    }

    private func clientAddress(_ section: inout Section) throws(ConfigurationError) -> ClientAddress {
        let (place, proxiesPlace) = (section.position(of: "header"), section.position(of: "trustedProxies"))
        guard let header = try section.text("header") else {
            throw fault(section.position, "'address.header' is missing: the header with the client's address")
        }
        let proxies = try section.texts("trustedProxies", atMost: 64) ?? []
        try section.end()
        guard header.utf8.allSatisfy(Self.isOfHeaderName), !header.lowercased().hasPrefix("x-keyward-") else {
            throw fault(place, "'address.header' must be the name of a header, such as X-Real-IP")
        }
        if let wrong = proxies.sorted().first(where: { AddressBlock($0) == nil }) {
            throw fault(
                proxiesPlace, "'address.trustedProxies' has '\(wrong)', and must have blocks such as 10.0.0.0/8")
        }
        return ClientAddress(header: header, trustedProxies: proxies.sorted().compactMap { AddressBlock($0) })
    }

    /// RFC 9110, section 5.6.2, without the signs that no header has.
    private static func isOfHeaderName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    // MARK: Rules

    private func read(_ sections: [Section]) throws(ConfigurationError) -> [Rule] {
        var rules: [Rule] = []
        for var section in sections {
            let position = section.position
            let rule = try Self.rule(&section)
            if let earlier = rules.firstIndex(where: { $0.covers(rule) }) {
                // The order of two rules about the same requests makes no difference.
                let remedy = rule.covers(rules[earlier]) ? "Remove one of them" : "Move it up"
                throw fault(
                    position,
                    """
                    '\(section.path)' never decides, because 'rules[\(earlier + 1)]' matches the same requests. \(remedy)
                    """)
            }
            rules.append(rule)
        }
        return rules
    }

    private static func rule(_ section: inout Section) throws(ConfigurationError) -> Rule {
        let place = section.position(of: "path")
        guard let path = try section.text("path", longest: 1_024) else {
            throw ConfigurationError(
                file: section.file, position: section.position, message: "'\(section.path).path' is missing")
        }
        if let sign = path.first(where: { "*{}^$".contains($0) }) {
            throw ConfigurationError(
                file: section.file, position: place,
                message: """
                    '\(section.path).path' has '\(sign)', and paths are no patterns. /orders also matches what is below it
                    """)
        }
        guard let prefix = prefix(of: path) else {
            throw ConfigurationError(
                file: section.file, position: place,
                message: "'\(section.path).path' must be a plain path such as /orders")
        }
        let (methodsPlace, scopesPlace) = (section.position(of: "methods"), section.position(of: "scopes"))
        let methods = try section.texts("methods", atMost: 64, longest: 32)
        let scopes = try section.texts("scopes", atMost: 64)
        let cost = try section.integer("cost", in: costs)
        let limits = try limits(&section)
        try section.end()
        if let methods, methods.isEmpty || !methods.allSatisfy(isMethod) {
            let wrong = methods.sorted().first { !isMethod($0) }.map { ", not '\($0)'" } ?? ""
            throw ConfigurationError(
                file: section.file, position: methodsPlace,
                message: "'\(section.path).methods' must be methods in capitals, such as GET\(wrong)")
        }
        if let wrong = scopes?.sorted().first(where: { !isScope($0) }) {
            throw ConfigurationError(
                file: section.file, position: scopesPlace,
                message: """
                    '\(section.path).scopes' has '\(wrong)'. A scope has A-Z, a-z, 0-9 and : . _ / -, and no '*'
                    """)
        }
        return Rule(
            prefix: prefix, methods: methods, scopes: (scopes ?? []).sorted(), cost: cost ?? 1, limits: limits)
    }

    /// The costs of limits by name.
    private static func limits(_ rule: inout Section) throws(ConfigurationError) -> [String: Int] {
        guard var section = try rule.section("limits") else { return [:] }
        func fault(_ name: String, _ message: String) -> ConfigurationError {
            ConfigurationError(
                file: section.file, position: section.position(of: name) ?? section.position,
                message: "'\(section.path)' \(message)")
        }
        var limits: [String: Int] = [:]
        for name in section.names {
            guard isLimitName(name) else {
                throw fault(name, "has '\(name)', and the name of a limit has only a-z, 0-9 and . _ -")
            }
            let missing = fault(name, "has no cost for '\(name)', such as \(name): 1")
            guard let cost = try section.integer(name, in: costs) else { throw missing }
            limits[name] = cost
        }
        guard limits.count <= mostLimits else { throw fault("", "must have at most \(mostLimits) members") }
        return limits
    }

    /// 1 to 64 of `[a-z0-9._-]`, first and last a letter or a digit.
    private static func isLimitName(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 64 else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    /// The prefix of a rule's path; `nil` if no request can have such a path.
    private static func prefix(of path: String) -> String? {
        guard !path.contains(where: { "%?".contains($0) }), (try? RequestPath(path)) != nil else { return nil }
        return path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    private static func isMethod(_ text: String) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isScope(_ text: String) -> Bool {
        text.allSatisfy { $0.isASCII && ($0.isLetter || "0123456789:._/-".contains($0)) }
    }

    // MARK: Keys and headers

    private static func places(_ section: inout Section) throws(ConfigurationError) -> KeyPlaces {
        let parameter = section.position(of: "queryParameter")
        let places = KeyPlaces(
            bearer: try section.boolean("bearer") ?? true, apiKeyHeader: try section.boolean("apiKeyHeader") ?? true,
            basic: try section.choice("basic", KeyPlaces.BasicHalf.self),
            queryParameter: try section.text("queryParameter", longest: 64))
        try section.end()
        guard places.queryParameter?.allSatisfy(isParameterCharacter) ?? true else {
            throw ConfigurationError(
                file: section.file, position: parameter,
                message: "'key.queryParameter' must be of A-Z, a-z, 0-9 and - . _ ~, such as api_key")
        }
        guard !places.isEmpty else {
            throw ConfigurationError(
                file: section.file, position: section.position, message: "'key' names no place where a key can be")
        }
        return places
    }

    /// Those that a query need not encode (RFC 3986, section 2.3).
    private static func isParameterCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || "0123456789-._~".contains(character))
    }

    private func identity(
        _ words: Set<String>, at place: ConfigurationError.Position?
    ) throws(ConfigurationError) -> Set<IdentityHeader> {
        if let wrong = words.sorted().first(where: { IdentityHeader(rawValue: $0) == nil }) {
            let known = IdentityHeader.allCases.map(\.rawValue)
            let hint = Spelling.nearest(to: wrong, among: known).map { "; did you mean '\($0)'?" }
            throw fault(
                place, "'headers' has '\(wrong)'\(hint ?? ". It must be some of \(known.joined(separator: ", "))")")
        }
        return Set(words.compactMap(IdentityHeader.init))
    }

    // MARK: The port

    private func loopback(_ section: inout Section) throws(ConfigurationError) -> LoopbackListener? {
        let place = section.position(of: "listen")
        let usersPlace = section.position(of: "allowUsers")
        let listen = try section.text("listen")
        let users = try section.texts("allowUsers", atMost: 64)
        guard let listen else {
            guard users == nil else {
                throw ConfigurationError(
                    file: file, position: usersPlace, message: "'allowUsers' needs 'listen': a socket has a group")
            }
            return nil
        }
        guard let end = Self.end(listen) else {
            throw ConfigurationError(
                file: file, position: place, message: "'listen' must be 127.0.0.1:PORT or [::1]:PORT")
        }
        guard let users, !users.isEmpty else {
            throw ConfigurationError(
                file: file, position: place,
                message: "'listen' needs 'allowUsers': every account of the host can connect to a port")
        }
        var uids: Set<UInt32> = []
        for user in users.sorted() {
            guard let uid = uid(user) else {
                throw ConfigurationError(
                    file: file, position: usersPlace, message: "'allowUsers' has '\(user)', which is not an account")
            }
            uids.insert(uid)
        }
        return LoopbackListener(address: end.address, port: end.port, uids: uids)
    }

    private static func end(_ text: String) -> (address: String, port: Int)? {
        for (start, address) in [("127.0.0.1:", "127.0.0.1"), ("[::1]:", "::1")] where text.hasPrefix(start) {
            let digits = text.dropFirst(start.count)
            guard let port = Int(digits), (1...65_535).contains(port), String(port) == digits else { return nil }
            return (address, port)
        }
        return nil
    }

    private func missing(_ member: String, _ reason: String? = nil) -> ConfigurationError {
        fault(nil, "'\(member)' is missing" + (reason.map { ": \($0)" } ?? ""))
    }

    private func fault(_ position: ConfigurationError.Position?, _ message: String) -> ConfigurationError {
        ConfigurationError(file: file, position: position, message: message)
    }
}
