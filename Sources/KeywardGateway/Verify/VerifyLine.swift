package import KeywardBase
internal import KeywardProtocol
package import NIOCore

/// Writes the lines that ask the daemon about a key, for one rule of a site.
package struct VerifyLine: Sendable {
    /// What follows the key: the workspace, the scopes and the costs.
    private let end: [UInt8]

    /// - Parameters:
    ///   - cost: What is spent of automatic limits and credits.
    ///   - limits: What is spent of limits by name.
    package init(workspace: String, scopes: [String] = [], cost: Int = 1, limits: [String: Int] = [:]) {
        var buffer = KeywardBase.ByteBuffer()
        if workspace != "default" {
            buffer.append(#","workspace":"#)
            buffer.append(jsonString: workspace)
        }
        if !scopes.isEmpty {
            buffer.append(#","scopes":["#)
            for (index, scope) in scopes.enumerated() {
                if index > 0 { buffer.append(",") }
                buffer.append(jsonString: scope)
            }
            buffer.append("]")
        }
        if cost != 1 {
            buffer.append(#","cost":"#)
            buffer.append(decimal: Int64(cost))
        }
        Self.append(limits, to: &buffer)
        buffer.append("}}\n")
        end = buffer.withUnsafeBytes { Array($0) }
    }

    private static func append(_ limits: [String: Int], to buffer: inout KeywardBase.ByteBuffer) {
        guard !limits.isEmpty else { return }
        buffer.append(#","limits":["#)
        for (index, limit) in limits.sorted(by: { $0.key < $1.key }).enumerated() {
            buffer.append(index > 0 ? #",{"name":"# : #"{"name":"#)
            buffer.append(jsonString: limit.key)
            if limit.value != 1 {
                buffer.append(#","cost":"#)
                buffer.append(decimal: Int64(limit.value))
            }
            buffer.append("}")
        }
        buffer.append("]")
    }

    /// Appends one request. It has no superfluous byte: the daemon reads that form fastest.
    package func append(id: Int, key: String, address: IPAddress? = nil, to buffer: inout NIOCore.ByteBuffer) {
        buffer.writeStaticString(#"{"jsonrpc":"2.0","id":"#)
        buffer.writeString(String(id))
        buffer.writeStaticString(#","method":"keys.verify","params":{"key":"#)
        if key.utf8.allSatisfy({ PlainByte.isPlain($0) }) {
            buffer.writeStaticString("\"")
            buffer.writeString(key)
            buffer.writeStaticString("\"")
        } else {
            var text = KeywardBase.ByteBuffer()
            text.append(jsonString: key)
            text.withUnsafeBytes { _ = buffer.writeBytes($0) }
        }
        if let address {
            buffer.writeStaticString(#","address":""#)
            buffer.writeString(address.description)
            buffer.writeStaticString("\"")
        }
        buffer.writeBytes(end)
    }
}
