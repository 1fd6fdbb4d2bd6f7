package import Logging

/// One entry of the log, before it is formatted for its destination.
package struct LogEntry: Sendable {
    /// The order in which entries are dropped when the log is overloaded.
    package enum Importance: String, CaseIterable, Sendable {
        /// The entry is also in the audit trail.
        case mirror
        case ordinary
        /// Entries about the daemon itself: its start, its stop, the state of its store.
        case essential
    }

    /// The metadata key of an event's importance; it is not part of the entry.
    package static let importanceKey = "importance"

    /// The metadata key of an event that needs action at once; it is not part of the entry.
    package static let alertKey = "alert"

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
