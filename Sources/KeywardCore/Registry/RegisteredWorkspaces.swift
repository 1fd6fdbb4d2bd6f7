/// The facts about workspaces that verifications need, by number: numbers are assigned in order, from 1.
struct RegisteredWorkspaces: ~Copyable {
    private struct Entry {
        var context: StatusContext
        /// The name as written in replies.
        var name: UnsafeMutableRawBufferPointer
    }

    private var entries: [Entry] = []
    private var names: [(name: String, number: Int64)] = []
    /// The greatest number of bytes of one of these names in another form than NFC.
    private var longestName = 0

    private static let unknown = StatusContext(apiAccess: false, staleAfter: .days(90))

    deinit {
        entries.forEach { $0.name.deallocate() }
    }

    /// Replaces all of them.
    mutating func set(_ workspaces: [RegisteredWorkspace]) {
        entries.forEach { $0.name.deallocate() }
        entries = (0...(workspaces.map(\.number).max() ?? 0)).map { number in
            let workspace = workspaces.first { $0.number == number }
            // Names have no control characters, so quotes and backslashes are all that a JSON string escapes.
            let text = (workspace?.name ?? "").utf8.flatMap { byte in
                byte == 0x22 || byte == 0x5C ? [0x5C, byte] : [byte]
            }
            let name = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
            name.copyBytes(from: text)
            return Entry(context: workspace?.context ?? Self.unknown, name: name)
        }
        names = workspaces.map { ($0.name, $0.number) }
        // Any form of a text has at most three times as many bytes as its NFC (UAX #15, Maximum Expansion Factor).
        longestName = 3 * (workspaces.map(\.name.utf8.count).max() ?? 0)
    }

    func context(of number: Int64) -> StatusContext {
        number < entries.count ? entries[Int(number)].context : Self.unknown
    }

    func name(of number: Int64) -> String { names.first { $0.number == number }?.name ?? "" }

    /// The name as written in replies; empty if there is no such workspace.
    func replyName(of number: Int64) -> UnsafeRawBufferPointer {
        guard number < entries.count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(entries[Int(number)].name)
    }

    /// The workspace of a request that names none.
    var standard: WorkspaceFilter { names.first.map { .only($0.number) } ?? .none }

    /// The filter for a workspace's name.
    func filter(named name: UnsafeRawBufferPointer) -> WorkspaceFilter {
        (number(named: name) ?? number(namedInAnotherForm: name)).map { .only($0) } ?? .none
    }

    private func number(named name: UnsafeRawBufferPointer) -> Int64? {
        names.first { $0.name.utf8.elementsEqual(name) }?.number
    }

    /// Names are stored in NFC. Only an unknown name is normalized, and only if it is short enough to match, because
    /// the registry's lock is held.
    @inline(never)
    private func number(namedInAnotherForm name: UnsafeRawBufferPointer) -> Int64? {
        guard name.count <= longestName, name.contains(where: { $0 >= 0x80 }) else { return nil }
        let name = FreeText.normalized(String(decoding: name, as: UTF8.self))
        return names.first { $0.name.utf8.elementsEqual(name.utf8) }?.number
    }
}

/// The facts about a workspace that the registry needs.
package struct RegisteredWorkspace: Sendable {
    package var name: String
    package var number: Int64
    /// The facts of its plan and of the policy that affect its keys' statuses.
    package var context: StatusContext
    /// The accounts that alone may verify its keys; empty if everybody may.
    package var verifiers: [Principal]
    /// The name of its plan, and the limits that this gives.
    package var plan: String
    package var limits: [RateLimit]

    package init(
        name: String, number: Int64, context: StatusContext, verifiers: [Principal] = [], plan: String = "",
        limits: [RateLimit] = []
    ) {
        (self.name, self.number, self.context, self.verifiers) = (name, number, context, verifiers)
        (self.plan, self.limits) = (plan, limits)
    }
}

/// The workspaces that a verification accepts.
enum WorkspaceFilter {
    case any
    case only(Int64)
    /// A workspace that does not exist: no key belongs to it.
    case none

    func admits(_ workspace: Int64) -> Bool {
        switch self {
        case .any: true
        case .only(let number): number == workspace
        case .none: false
        }
    }
}
