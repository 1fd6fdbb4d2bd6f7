/// A word that a file may use although the house does without it, and why.
struct Exception: Hashable {
    var file: String
    var word: String
    var reason: String
}

/// What the tidy tests hold the code to. A new exception needs a reason that a reader accepts.
enum House {
    static let longestFile = 350
    static let longestBody = 60

    /// Words that no file uses without an exception.
    static let forbidden = [
        "try!", "as!", "@unchecked Sendable", "nonisolated(unsafe)", "unowned(unsafe)", "Task {", "Task.detached",
        "sleep", "usleep", "nanosleep", "Date()", "Date.now", "SystemRandomNumberGenerator(",
    ]

    /// Words that tests may use, but products only with an exception.
    static let forbiddenInProducts = ["fatalError", "preconditionFailure"]

    static let exceptions: [Exception] = []
}
