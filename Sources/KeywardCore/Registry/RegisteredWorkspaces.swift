/// The facts about workspaces that verifications need, by number: numbers are assigned in order, from 1.
struct RegisteredWorkspaces: ~Copyable {
    private struct Entry {
        var context: StatusContext
        /// The name as written in replies.
        var name: UnsafeMutableRawBufferPointer
    }

    private var entries: [Entry] = []
    /// By number; empty if there is no such workspace.
    private var names: [String] = []
    private var byName = HashIndex()
    private var first: Int64?
    /// The greatest number of bytes of one of these names in another form than NFC.
    private var longestName = 0

    private static let unknown = StatusContext(apiAccess: false, staleAfter: .days(90))

    deinit {
        entries.forEach { $0.name.deallocate() }
    }

    /// Replaces all of them.
    mutating func set(_ workspaces: [RegisteredWorkspace]) {
        entries.forEach { $0.name.deallocate() }
        let end = Int(workspaces.map(\.number).max() ?? 0) + 1
        let none = Entry(context: Self.unknown, name: UnsafeMutableRawBufferPointer(start: nil, count: 0))
        entries = Array(repeating: none, count: end)
        names = Array(repeating: "", count: end)
        byName = HashIndex()
        for workspace in workspaces {
            let number = Int(workspace.number)
            entries[number] = Entry(context: workspace.context, name: Self.replyText(of: workspace.name))
            names[number] = workspace.name
            byName.add(number, HashIndex.hash(ofChosen: workspace.name)) { HashIndex.hash(ofChosen: names[$0]) }
        }
        first = workspaces.first?.number
        // Any form of a text has at most three times as many bytes as its NFC (UAX #15, Maximum Expansion Factor).
        longestName = 3 * (workspaces.map(\.name.utf8.count).max() ?? 0)
    }

    private static func replyText(of name: String) -> UnsafeMutableRawBufferPointer {
        // Names have no control characters, so quotes and backslashes are all that a JSON string escapes.
        let text = name.utf8.flatMap { byte in byte == 0x22 || byte == 0x5C ? [0x5C, byte] : [byte] }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
        buffer.copyBytes(from: text)
        return buffer
    }

    func context(of number: Int64) -> StatusContext {
        number < entries.count ? entries[Int(number)].context : Self.unknown
    }

    func name(of number: Int64) -> String { number < names.count ? names[Int(number)] : "" }

    /// The name as written in replies; empty if there is no such workspace.
    func replyName(of number: Int64) -> UnsafeRawBufferPointer {
        guard number < entries.count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(entries[Int(number)].name)
    }

    /// The workspace of a request that names none.
    var standard: WorkspaceFilter { first.map { .only($0) } ?? .none }

    /// The filter for a workspace's name.
    func filter(named name: UnsafeRawBufferPointer) -> WorkspaceFilter {
        (number(named: name) ?? number(namedInAnotherForm: name)).map { .only($0) } ?? .none
    }

    private func number(named name: UnsafeRawBufferPointer) -> Int64? {
        byName.find(HashIndex.hash(ofChosen: name)) { names[$0].utf8.elementsEqual(name) }.map(Int64.init)
    }

    /// Names are stored in NFC. Only an unknown name is normalized, and only if it is short enough to match, because
    /// the registry's lock is held.
    @inline(never)
    private func number(namedInAnotherForm name: UnsafeRawBufferPointer) -> Int64? {
        guard name.count <= longestName, name.contains(where: { $0 >= 0x80 }) else { return nil }
        var text = FreeText.normalized(String(decoding: name, as: UTF8.self))
        return text.withUTF8 { number(named: UnsafeRawBufferPointer($0)) }
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
