package import Logging

/// One entry of the log, before it has the form of its destination.
package struct LogEntry: Sendable {
    /// What is left out first when the log takes less than it is given.
    package enum Importance: String, CaseIterable, Sendable {
        /// The entry is in the audit trail too.
        case mirror
        case ordinary
        /// What the daemon's own life is about: its start, its end, the state of its store.
        case essential
    }

    /// The member of an event's metadata that holds its importance; it is not part of the entry.
    package static let importanceKey = "importance"

    package var message: String
    package var level: Logger.Level
    package var metadata: Logger.Metadata
    package var importance: Importance

    package init(message: String, level: Logger.Level, metadata: Logger.Metadata) {
        self.message = message
        self.level = level
        self.metadata = metadata
        let word = self.metadata.removeValue(forKey: Self.importanceKey)
        importance = word.flatMap { Importance(rawValue: "\($0)") } ?? .ordinary
    }
}
