internal import CSystemd
internal import Glibc
package import Logging

/// A log handler that passes the daemon's entries to a writer.
package struct JournalLogHandler: LogHandler {
    /// The destination of entries: the journal with fields, or plain lines if stderr is not the journal.
    package enum Destination: Sendable {
        /// The journal's native protocol.
        case journal
        /// Lines on stderr with priority prefixes, for a service manager.
        case prefixedLines
        /// Lines on stderr for a person.
        case plainLines

        /// The destination of stderr: the journal if JOURNAL_STREAM names stderr's own device and inode.
        package static func current() -> Destination {
            var status = stat()
            guard fstat(STDERR_FILENO, &status) == 0 else { return .plainLines }
            if let stream = getenv("JOURNAL_STREAM"),
                String(cString: stream) == "\(status.st_dev):\(status.st_ino)"
            {
                return .journal
            }
            // INVOCATION_ID is set for every service, even if its output goes to a file.
            return getenv("INVOCATION_ID") != nil && isatty(STDERR_FILENO) == 0 ? .prefixedLines : .plainLines
        }
    }

    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    package var metadataProvider: Logger.MetadataProvider?
    private let take: @Sendable (LogEntry) -> Void

    package init(level: Logger.Level = .info, take: @escaping @Sendable (LogEntry) -> Void) {
        self.take = take
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        take(LogEntry(message: event.message.description, level: event.level, metadata: merged(with: event)))
    }

    private func merged(with event: LogEvent) -> Logger.Metadata {
        var all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
        if let error = event.error { all["error"] = "\(error)" }
        return all
    }
}

extension JournalLogHandler.Destination {
    /// Writes one entry of the daemon, and blocks for as long as the destination does.
    package func write(_ entry: LogEntry) {
        write(entry, as: JournalFields.identifier)
    }

    /// Writes one entry of a program, and blocks for as long as the destination does.
    package func write(_ entry: LogEntry, as identifier: String) {
        let (message, level, metadata) = (entry.message, entry.level, entry.metadata)
        var prefixed: String {
            LogLine.prefixed(message: message, level: level, metadata: metadata, identifier: identifier)
        }
        switch self {
        case .journal:
            let fields = JournalFields.fields(
                message: message, level: level, metadata: metadata, identifier: identifier)
            // An entry must not be lost while the journal restarts.
            if Self.send(fields) < 0 {
                Self.write(prefixed)
            }
        case .prefixedLines: Self.write(prefixed)
        case .plainLines: Self.write(LogLine.text(message: message, metadata: metadata, identifier: identifier))
        }
    }

    /// Sends one entry; a negative errno if the journal could not take it.
    private static func send(_ fields: [String]) -> Int32 {
        let lengths = fields.map(\.utf8.count)
        let bytes = fields.flatMap(\.utf8)
        return bytes.withUnsafeBytes { all in
            var offset = 0
            let vectors = lengths.map { length in
                defer { offset += length }
                return iovec(iov_base: UnsafeMutableRawPointer(mutating: all.baseAddress! + offset), iov_len: length)
            }
            return sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }

    /// One write per line, so that lines of several threads do not mix.
    private static func write(_ line: String) {
        var line = line + "\n"
        line.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
