import KeywardBase
import KeywardProtocol

/// Writes the result of an import, ``ImportKeys/Result``: its keys like those of a list, without an encoder.
struct ImportedRows {
    var rows: [ImportedRow]

    /// The result as JSON.
    var text: JSONText {
        var buffer = ByteBuffer(capacity: 768 * rows.count + 256)
        buffer.append(#"{"rows":["#)
        for (index, row) in rows.enumerated() {
            if index > 0 { buffer.append(",") }
            buffer.append(#"{"outcome":"#)
            buffer.append(jsonString: row.outcome.rawValue)
            buffer.append(#","key":"#)
            if let key = row.key { ListedKeys.write(key, to: &buffer) } else { buffer.append("null") }
            buffer.append(#","error":"#)
            if row.error != nil { ListedKeys.encode(row.error, to: &buffer) } else { buffer.append("null") }
            buffer.append(#","warnings":"#)
            if row.warnings.isEmpty { buffer.append("[]") } else { ListedKeys.encode(row.warnings, to: &buffer) }
            buffer.append("}")
        }
        buffer.append("]}")
        return JSONText(buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
    }
}

extension RowRefusal {
    init(_ error: RPCError) {
        self.init(code: error.code.rawValue, message: error.message, param: error.data.param)
    }
}
