internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// A command about one key.
protocol KeyCommand: SessionCommand {
    var target: KeyArgument { get }
}

/// Applies a command to both keys of a rotation.
struct BothOption: ParsableArguments, Sendable {
    @Flag(help: "During a rotation: the old key first, then the new one. Repeat it if it stops halfway.")
    var both = false
}

/// A key in the form that a call names it.
struct NamedTarget: Sendable {
    var key: String
    var workspace: String?
}

extension Session {
    /// The keys of a command: the named one, or with `--both` every live key of its rotation, the old one first.
    func targets(of argument: KeyArgument, _ option: BothOption) throws(KeywardError) -> [NamedTarget] {
        let named = NamedTarget(key: argument.key, workspace: argument.place.workspace)
        guard option.both else { return [named] }
        let key = try call(GetKey.self, GetKey.Params(key: named.key, workspace: named.workspace)).value.key
        guard let rotation = key.rotation else { return [NamedTarget(key)] }
        var targets: [NamedTarget] = []
        for id in [rotation.predecessor, rotation.successor] {
            let end = id == key.id ? key : try self.end(of: rotation, id)
            if let end, !end.status.isOver { targets.append(NamedTarget(end)) }
        }
        return targets.isEmpty ? [NamedTarget(key)] : targets
    }

    /// The other key of a rotation; `nil` if it was deleted.
    private func end(of rotation: Key.Rotation, _ id: String) throws(KeywardError) -> Key? {
        do {
            return try call(GetKey.self, GetKey.Params(key: id)).value.key
        } catch {
            if case .rejected(let refusal) = error, refusal.code == .notFound { return nil }
            throw error
        }
    }

    /// Applies `body` to each of a command's keys. If two keys have the name, the refusal lists both, each with its
    /// command.
    func withTargets(
        of command: some KeyCommand, _ option: BothOption, _ body: (NamedTarget, _ isLast: Bool) throws -> Void
    ) throws {
        do {
            let targets = try targets(of: command.target, option)
            for (index, target) in targets.enumerated() { try body(target, index == targets.count - 1) }
        } catch let error as KeywardError {
            guard case .rejected(let refusal) = error, let keys = refusal.data.keys, keys.count == 2 else {
                throw error
            }
            let lines = ["the old key", "the new key"].enumerated().map { index, words in
                "For \(words), \(keys[index].prefix), run: \(typed(naming: keys[index].prefix, of: command))"
            }
            let both = CommandText.text(typed: arguments, adding: ["--both"])
            throw Failure(
                status: .refused,
                message: ([refusal.message] + lines + ["For both, run: \(both)"]).joined(separator: "\n"),
                code: refusal.code.rawValue, data: refusal.data)
        }
    }

    /// The typed command, with another key in place of the argument that the parser reads as the key.
    private func typed(naming prefix: String, of command: some KeyCommand) -> String {
        for index in arguments.indices where arguments[index] == command.target.key {
            var words = arguments
            words[index] = prefix
            let parsed = try? Keyward.parseAsRoot(words)
            if (parsed as? any KeyCommand)?.target.key == prefix { return CommandText.text(typed: words, adding: []) }
        }
        return CommandText.text(typed: arguments, adding: [])
    }

    /// Reports that another key of the name still works, and how to end or stop it.
    func reportContinuing(_ key: Key?, _ command: String) {
        guard let key else { return }
        let isOld = key.rotation?.predecessor == key.id
        let ends = [isOld ? key.rotation?.graceEndsAt : nil, key.expiresAt].compactMap { $0 }
        let until = ends.min().map { " until \(LocalTime.dayAndMinute($0)) (\(relative($0)))" } ?? ""
        console.report(
            """
            \(key.shown) keeps working\(until).
            To \(command) it as well, run: \(self.command(command, [key.prefix], in: key.workspace))
            """)
    }
}

extension NamedTarget {
    fileprivate init(_ key: Key) {
        self.init(key: key.prefix, workspace: key.workspace)
    }
}

extension Key.Status {
    /// Whether a key with this status has ended permanently.
    var isOver: Bool { [.revoked, .superseded, .expired].contains(self) }
}
