/// A forbidden word that a file may use, and the reason.
struct Exception: Hashable {
    var file: String
    var word: String
    var reason: String
}

/// The rules of the tidy tests. A new exception needs a reason that a reader accepts.
enum StyleRules {
    static let longestFile = 350
    static let longestBody = 60

    /// Words that no file uses without an exception.
    static let forbidden = [
        "try!", "as!", "@unchecked Sendable", "nonisolated(unsafe)", "unowned(unsafe)", "Task {", "Task.detached",
        "sleep", "usleep", "nanosleep", "Date()", "Date.now", "SystemRandomNumberGenerator(",
    ]

    /// Words that tests may use, but products only with an exception.
    static let forbiddenInProducts = [
        "fatalError", "preconditionFailure",
        // A closure that a generic type holds directly is wrapped again at each access, and so becomes slower and
        // slower.
        "Mutex<@Sendable", "Mutex<(@Sendable",
    ]

    static let exceptions = [
        Exception(
            file: "Sources/KeywardClient/SharedConnection.swift", word: "SystemRandomNumberGenerator(",
            reason: "The jitter of a back-off: a library has no composition root to take it from."),
        Exception(
            file: "Sources/keyward/EventWatcher.swift", word: "SystemRandomNumberGenerator(",
            reason: "The jitter of a back-off: watchers must not all come back at the same moment."),
        Exception(
            file: "Sources/keyward/Team/ProxySecretFile.swift", word: "SystemRandomNumberGenerator(",
            reason: "The secret between nginx and the screens comes from the system's CSPRNG."),
        Exception(
            file: "Sources/keyward-web/SystemSources.swift", word: "SystemRandomNumberGenerator(",
            reason: "The composition root: links, cookies and host names come from the system's CSPRNG."),
        Exception(
            file: "Sources/keywardd/Daemon.swift", word: "SystemRandomNumberGenerator(",
            reason: "The composition root: keys are minted from the system's CSPRNG."),
        Exception(
            file: "Sources/keywardd/DaemonCommand.swift", word: "SystemRandomNumberGenerator(",
            reason: "The composition root: a new database takes its identity from the system's CSPRNG."),
        Exception(
            file: "Sources/keywardd/Restore/Restore.swift", word: "SystemRandomNumberGenerator(",
            reason: "A database is opened that has its identity already: nothing is drawn."),
        Exception(
            file: "Sources/keywardd/Restore/StoppedAuthority.swift", word: "SystemRandomNumberGenerator(",
            reason: "A database is opened that has its identity already: nothing is drawn."),
        Exception(
            file: "Tests/KeywardStoreTests/CrashTests.swift", word: "SystemRandomNumberGenerator(",
            reason: "A kill at a moment that no seed can repeat anyway."),
        Exception(
            file: "Sources/KeywardProtocol/JSON/JSONLookup.swift", word: "preconditionFailure",
            reason: "A string that was scanned has two quotes, so its text has an address."),
        Exception(
            file: "Sources/KeywardProtocol/JSON/TapeDecoder+Values.swift", word: "as!",
            reason: "A cast that the type's own check has just allowed; the compiler cannot see it."),
        Exception(
            file: "Sources/KeywardProtocol/RPC/SchemaRecorder.swift", word: "as!",
            reason: "A cast that the type's own check has just allowed; the compiler cannot see it."),
        Exception(
            file: "Sources/KeywardProtocol/RPC/SchemaRecorder.swift", word: "preconditionFailure",
            reason: "A type of the method table that has no schema: every test of the document finds it."),
        Exception(
            file: "Sources/KeywardCore/Table/LargeMemory.swift", word: "preconditionFailure",
            reason: "The system has no memory left, and nothing can be answered without."),
        Exception(
            file: "Sources/KeywardCore/Store/KeyColumns.swift", word: "preconditionFailure",
            reason: "One form of a key reads what the other wrote, by the same list."),
        Exception(
            file: "Sources/KeywardStore/LedgerFile.swift", word: "preconditionFailure",
            reason: "The system has no memory left, and nothing can be answered without."),
        Exception(
            file: "Sources/KeywardServer/Queues/WorkThread.swift", word: "preconditionFailure",
            reason: "A start without a thread to spare: no change could be made."),
    ]
}
