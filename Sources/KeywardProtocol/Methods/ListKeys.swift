/// `keys.list`: lists the keys of a workspace, a page at a time.
package enum ListKeys: Method {
    package static let name = "keys.list"
    package static let contract = MethodContract(
        role: .viewer, work: .read,
        summary: "Lists the keys of a workspace, a page at a time.",
        params: [
            "workspace": "The workspace; `default` if it is not given. `*` means all, for operators.",
            "status": "Only keys with one of these statuses.",
            "facts": "Only keys to which one of these applies, whatever their status shows.",
            "search": "Only keys whose \(Key.searchedMembers) contains this text, in any case.",
            "start": "Only keys whose name or prefix begins with this text.",
            "expiresBefore": "Only keys with an expiry date before this instant.",
            "sort": "The order; a leading `-` reverses it; `created` if it is not given.",
            "limit": "The largest number of keys on a page, 1 to 500; 100 if it is not given.",
            "cursor": "`nextCursor` of the previous page.",
            "columns": "Only these members of each key; all if it is not given.",
            "total": "Whether to count the keys: `matching` and `total` of the result.",
        ]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String?
        package var status: [Key.Status]?
        package var facts: [Key.Status]?
        package var search: String?
        package var start: String?
        package var expiresBefore: Timestamp?
        package var sort: KeySort?
        package var limit: Int?
        package var cursor: String?
        package var columns: [KeyColumn]?
        package var total: Bool?

        package init(
            workspace: String? = nil, status: [Key.Status]? = nil, facts: [Key.Status]? = nil, search: String? = nil,
            start: String? = nil, expiresBefore: Timestamp? = nil, sort: KeySort? = nil, limit: Int? = nil,
            cursor: String? = nil, columns: [KeyColumn]? = nil, total: Bool? = nil
        ) {
            self.workspace = workspace
            self.status = status
            self.facts = facts
            self.search = search
            self.start = start
            self.expiresBefore = expiresBefore
            self.sort = sort
            self.limit = limit
            self.cursor = cursor
            self.columns = columns
            self.total = total
        }
    }

    package struct Result: Codable, Sendable {
        package var keys: [Key]
        package var nextCursor: String?
        package var access: Access
        package var matching: Int?
        package var total: Int?

        package init(
            keys: [Key], nextCursor: String? = nil, access: Access, matching: Int? = nil, total: Int? = nil
        ) {
            self.keys = keys
            self.nextCursor = nextCursor
            self.access = access
            self.matching = matching
            self.total = total
        }
    }

    /// A sort order of keys; a leading `-` reverses it.
    package struct KeySort: Word {
        package var rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let known = ["created", "name", "lastUsed", "usage", "expires"].flatMap {
            [KeySort(rawValue: $0), KeySort(rawValue: "-" + $0)]
        }
    }

    /// A member of a key in a list.
    package struct KeyColumn: Word {
        package var rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The members that the type itself reads.
        package static let known = SchemaRecorder().members(of: Key.self, read: .client)
            .map { KeyColumn(rawValue: $0.name) }
    }
}
