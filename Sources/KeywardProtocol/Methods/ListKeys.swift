/// `keys.list`: lists the keys of a workspace, a page at a time.
package enum ListKeys: Method {
    package static let name = "keys.list"
    package static let contract = MethodContract(
        role: .viewer, work: .read,
        summary: "Lists the keys of a workspace, a page at a time.",
        params: [
            "workspace": "The workspace; `default` if it is not given.",
            "status": "Only keys with one of these statuses.",
            "facts": "Only keys of which one of these holds, whatever their status shows.",
            "search": "Only keys whose name, prefix, owner or purpose contains this text, in any case.",
            "sort": "The order; `-` before it turns it round; `created` if it is not given.",
            "limit": "How many keys a page has at most, 1 to 500; 100 if it is not given.",
            "cursor": "`nextCursor` of the page before.",
        ]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String?
        package var status: [Key.Status]?
        package var facts: [Key.Status]?
        package var search: String?
        package var sort: KeySort?
        package var limit: Int?
        package var cursor: String?

        package init(
            workspace: String? = nil, status: [Key.Status]? = nil, facts: [Key.Status]? = nil, search: String? = nil,
            sort: KeySort? = nil, limit: Int? = nil, cursor: String? = nil
        ) {
            self.workspace = workspace
            self.status = status
            self.facts = facts
            self.search = search
            self.sort = sort
            self.limit = limit
            self.cursor = cursor
        }
    }

    package struct Result: Codable, Sendable {
        package var keys: [Key]
        package var nextCursor: String?
        package var access: Access

        package init(keys: [Key], nextCursor: String? = nil, access: Access) {
            self.keys = keys
            self.nextCursor = nextCursor
            self.access = access
        }
    }

    /// An order of keys, ascending; `-` before it turns it round.
    package struct KeySort: Word {
        package var rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let known = ["created", "name", "lastUsed", "usage", "expires"].flatMap {
            [KeySort(rawValue: $0), KeySort(rawValue: "-" + $0)]
        }
    }
}
