import Synchronization

/// A question to the name service or the store. A decision waits for neither: its facts are gathered before.
package enum FactQuestion: Hashable, Sendable {
    /// The current login of a uid.
    case userName(uid: UInt32)
    case userID(name: String)
    case groupID(name: String)
    /// Whether a group has this gid.
    case group(gid: UInt32)
    /// The logins and full names of people.
    case people
    /// The stored hours of a key with any use.
    case usage(key: Int64, hours: Range<Int64>)

    /// Whether it asks for the number of a name.
    var isAboutName: Bool {
        switch self {
        case .userID, .groupID: true
        default: false
        }
    }

    /// The question about an account that is written as `user:NAME`, `group:NAME`, `uid:N` or `gid:N`; `nil` for other
    /// texts.
    init?(principal text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        switch (parts[0], UInt32(parts[1])) {
        case ("user", _): self = .userID(name: parts[1])
        case ("group", _): self = .groupID(name: parts[1])
        case ("uid", let id?): self = .userName(uid: id)
        case ("gid", let id?): self = .group(gid: id)
        default: return nil
        }
    }
}

/// The answer to a ``FactQuestion``.
package enum Fact: Sendable {
    case name(String?)
    case number(UInt32?)
    case exists(Bool)
    case names([String])
    case hours([HourUsage])
}

/// Answers questions. It may wait for the name service and the disk.
package struct FactSource: Sendable {
    let accounts: any AccountDirectory
    let store: any KeyStore

    package func answer(_ question: FactQuestion) throws(StoreFault) -> Fact {
        switch question {
        case .userName(let uid): .name(accounts.currentUserName(of: uid))
        case .userID(let name): .number(accounts.userID(named: name))
        case .groupID(let name): .number(accounts.groupID(named: name))
        case .group(let gid): .exists(accounts.hasGroup(gid))
        case .people: .names(accounts.humanNames())
        case .usage(let key, let hours): .hours(try store.usage(ofKey: key, hours: hours))
        }
    }
}

/// The facts for one decision, or for the text of its reply.
///
/// A question without a fact gets a neutral answer and is noted: a result that used it is invalid. Then the fact is
/// gathered, and the decision runs again.
package final class DecisionFacts: AccountDirectory {
    private struct State: Sendable {
        var known: [FactQuestion: Fact] = [:]
        var missing: Set<FactQuestion> = []
    }

    private let state = Mutex(State())

    package init() {}

    package func learn(_ question: FactQuestion, _ fact: Fact) { state.withLock { $0.known[question] = fact } }

    /// The given questions without a known fact.
    package func unknown(of questions: Set<FactQuestion>) -> Set<FactQuestion> {
        state.withLock { state in questions.filter { state.known[$0] == nil } }
    }

    /// The questions since the last call that had no answer.
    package func takeMissing() -> Set<FactQuestion> {
        state.withLock { state in
            defer { state.missing = [] }
            return state.missing
        }
    }

    private func fact(_ question: FactQuestion) -> Fact? {
        state.withLock { state in
            if let fact = state.known[question] { return fact }
            state.missing.insert(question)
            return nil
        }
    }

    package func userName(of uid: UInt32) -> String? { currentUserName(of: uid) }

    package func currentUserName(of uid: UInt32) -> String? {
        guard case .name(let name) = fact(.userName(uid: uid)) else { return nil }
        return name
    }

    package func userID(named name: String) -> UInt32? {
        guard case .number(let id) = fact(.userID(name: name)) else { return nil }
        return id
    }

    package func groupID(named name: String) -> UInt32? {
        guard case .number(let id) = fact(.groupID(name: name)) else { return nil }
        return id
    }

    package func hasGroup(_ gid: UInt32) -> Bool {
        guard case .exists(let exists) = fact(.group(gid: gid)) else { return true }
        return exists
    }

    package func humanNames() -> [String] {
        guard case .names(let names) = fact(.people) else { return [] }
        return names
    }

    /// The stored hours of a key with any use.
    func usage(ofKey key: Int64, hours: Range<Int64>) -> [HourUsage] {
        guard case .hours(let usage) = fact(.usage(key: key, hours: hours)) else { return [] }
        return usage
    }
}
