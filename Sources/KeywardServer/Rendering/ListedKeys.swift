import KeywardBase
import KeywardProtocol

/// Writes a page of a list: ``ListKeys/Result``, with the requested members of each key.
///
/// Writing takes most of the time of a long list, so the members of every list are written without an encoder.
struct ListedKeys {
    var keys: [Key]
    /// The members to write; all if `nil`.
    var columns: Set<String>?
    var nextCursor: String?
    var access: Access
    var matching: Int?
    var total: Int?

    /// The result as JSON.
    var text: JSONText {
        var buffer = ByteBuffer(capacity: 256 * keys.count + 256)
        let written = Column.allCases.filter { columns?.contains($0.rawValue) ?? true }
        buffer.append(#"{"keys":["#)
        for (index, key) in keys.enumerated() {
            if index > 0 { buffer.append(",") }
            Self.write(key, written, to: &buffer)
        }
        buffer.append(#"],"nextCursor":"#)
        Self.write(nextCursor, to: &buffer)
        buffer.append(#","access":"#)
        Self.encode(access, to: &buffer)
        // Only if requested: counting examines every key.
        if let matching { Self.write(#","matching":"#, matching, to: &buffer) }
        if let total { Self.write(#","total":"#, total, to: &buffer) }
        buffer.append("}")
        return JSONText(buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
    }

    static func write(_ key: Key, _ columns: [Column] = Column.allCases, to buffer: inout ByteBuffer) {
        var separator: StaticString = "{"
        for column in columns {
            buffer.append(separator)
            buffer.append(jsonString: column.rawValue)
            buffer.append(":")
            write(column, of: key, to: &buffer)
            separator = ","
        }
        buffer.append(columns.isEmpty ? "{}" : "}")
    }

    // MARK: Values

    static func write(_ text: String?, to buffer: inout ByteBuffer) {
        if let text { buffer.append(jsonString: text) } else { buffer.append("null") }
    }

    private static func write(_ name: StaticString, _ number: Int, to buffer: inout ByteBuffer) {
        buffer.append(name)
        buffer.append(decimal: Int64(number))
    }

    static func write(_ instant: Timestamp?, to buffer: inout ByteBuffer) {
        guard let instant else { return buffer.append("null") }
        withUnsafeTemporaryAllocation(byteCount: Timestamp.longestText + 2, alignment: 1) { digits in
            let count = instant.write(inQuotes: digits)
            buffer.append(UnsafeRawBufferPointer(rebasing: digits[..<count]))
        }
    }

    static func write(_ account: Account?, to buffer: inout ByteBuffer) {
        guard let account else { return buffer.append("null") }
        buffer.append(#"{"uid":"#)
        buffer.append(decimal: Int64(account.uid))
        buffer.append(#","user":"#)
        write(account.user, to: &buffer)
        buffer.append("}")
    }

    static func write(_ words: [some Word], to buffer: inout ByteBuffer) {
        buffer.append("[")
        for (index, word) in words.enumerated() {
            if index > 0 { buffer.append(",") }
            buffer.append(jsonString: word.rawValue)
        }
        buffer.append("]")
    }

    /// Members of few lists. Encoding of these types cannot fail.
    static func encode(_ value: some Encodable, to buffer: inout ByteBuffer) {
        do { try JSONCoding.encode(value, into: &buffer, nulls: true) } catch { buffer.append("null") }
    }
}

extension Access {
    /// For a list of all workspaces, which have different plans.
    static let everyWorkspace = Access(plan: "*", apiAccess: true)
}
