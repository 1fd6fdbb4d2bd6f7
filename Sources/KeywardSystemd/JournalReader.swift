internal import CSystemd
internal import Glibc

/// Reads the journal of this host (sd-journal(3)).
package enum JournalReader {
    /// An entry's fields, the first of each name, and when it was received, in milliseconds since the epoch.
    package struct Entry: Sendable {
        package var fields: [String: String]
        package var milliseconds: Int64
    }

    /// Visits the entries that have all of `fields` (`NAME=value`), newest first, until `visit` returns false.
    ///
    /// - Returns: false if the journal cannot be read.
    package static func visit(matching fields: [String], _ visit: (Entry) -> Bool) -> Bool {
        var opened: OpaquePointer?
        guard sd_journal_open(&opened, Int32(SD_JOURNAL_LOCAL_ONLY)) >= 0, let journal = opened else {
            return false
        }
        defer { sd_journal_close(journal) }
        for field in fields {
            guard sd_journal_add_match(journal, field, field.utf8.count) >= 0 else { return false }
        }
        guard sd_journal_seek_tail(journal) >= 0 else { return false }
        while sd_journal_previous(journal) > 0 {
            guard visit(entry(of: journal)) else { break }
        }
        return true
    }

    private static func entry(of journal: OpaquePointer) -> Entry {
        var fields: [String: String] = [:]
        var (data, length) = (UnsafeRawPointer?.none, 0)
        sd_journal_restart_data(journal)
        while sd_journal_enumerate_data(journal, &data, &length) > 0, let data {
            let text = String(decoding: UnsafeRawBufferPointer(start: data, count: length), as: UTF8.self)
            guard let equals = text.firstIndex(of: "=") else { continue }
            let name = String(text[..<equals])
            if fields[name] == nil { fields[name] = String(text[text.index(after: equals)...]) }
        }
        var time: UInt64 = 0
        sd_journal_get_realtime_usec(journal, &time)
        return Entry(fields: fields, milliseconds: Int64(time / 1_000))
    }
}
