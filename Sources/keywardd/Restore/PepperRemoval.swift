internal import Glibc
internal import KeywardBase
internal import KeywardCore

/// `keywardd remove-pepper`: removes a retired pepper that no key needs. What it has left checks old entries of the
/// audit trail, and makes no key verify.
struct PepperRemoval {
    /// Eight hexadecimal digits.
    let id: String
    let policy: Policy

    func run(_ arguments: DaemonArguments, credentials: String?) throws(StartFault) -> String {
        let state = try StoppedState(arguments, credentials: credentials, returnsToRoot: true)
        defer { state.close() }
        let place = try place(in: state)
        let count = try keys(under: state.peppers.all[place + 1].id, state)
        guard count == 0 else {
            throw Self.refused(
                "\(count == 1 ? "One key" : "\(count) keys") that may still verify \(count == 1 ? "needs" : "need") it.",
                "Each moves to the current pepper at its next use. Rotate or revoke those that are not used.")
        }
        try write(Self.content(of: state.secrets, without: place), state)
        return "Removed the pepper \(id) from \(state.pepperPath)."
    }

    /// The position of the pepper among the retired ones.
    private func place(in state: StoppedState) throws(StartFault) -> Int {
        guard state.peppers.current.id.text != id else {
            throw Self.refused("\(id) is the current pepper.", "Put a new one above it first; see Change the pepper.")
        }
        guard let place = state.peppers.retired.firstIndex(where: { $0.id.text == id }) else {
            throw Self.refused("\(state.pepperPath) has no pepper \(id).", "List them with keyward pepper status.")
        }
        return place
    }

    private func keys(under pepper: PepperID, _ state: StoppedState) throws(StartFault) -> Int {
        let stopped = try StoppedAuthority(state, policy)
        defer { stopped.close() }
        return stopped.authority.liveKeysByPepper(at: stopped.now)[pepper] ?? 0
    }

    /// The file with the line of a retired pepper replaced.
    static func content(of secrets: PepperSecrets, without place: Int) -> [UInt8] {
        var lines = ([secrets.current] + secrets.retired).map { HexDigits.text($0.secretBytes) }
        let removed = Pepper(bytes: secrets.retired[place].secretBytes)
        lines[place + 1] = Array("audit ".utf8) + HexDigits.text(removed.auditKey.bytes)
        lines += secrets.auditKeys.map { Array("audit ".utf8) + HexDigits.text($0) }
        return Array(lines.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")]
    }

    private func write(_ content: [UInt8], _ state: StoppedState) throws(StartFault) {
        do throws(FileFault) {
            guard let path = state.credential else {
                return try SmallFile.replace(PepperFile.name, in: state.folder, with: content)
            }
            try StateFolder.returnToRoot(for: path)
            var status = stat()
            guard stat(path, &status) == 0 else { throw .last("inspect", path) }
            try SmallFile.replace(path, with: content, mode: status.st_mode & 0o777)
        } catch {
            throw .system(error)
        }
    }

    private static func refused(_ problem: String, _ remedy: String) -> StartFault {
        StartFault(problem: problem, remedy: remedy, status: .configuration)
    }
}
