internal import KeywardBase
internal import KeywardProtocol
package import NIOCore

/// Writes the lines that ask the daemon about a key, for one rule of a site.
package struct VerifyLine: Sendable {
    /// What follows the key: the workspace and the scopes.
    private let end: [UInt8]

    package init(workspace: String, scopes: [String]) {
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
        buffer.append("}}\n")
        end = buffer.withUnsafeBytes { Array($0) }
    }

    /// Appends one request. It has no superfluous byte: the daemon reads that form fastest.
    package func append(id: Int, key: String, to buffer: inout NIOCore.ByteBuffer) {
        buffer.writeStaticString(#"{"jsonrpc":"2.0","id":"#)
        buffer.writeString(String(id))
        buffer.writeStaticString(#","method":"keys.verify","params":{"key":"#)
        if key.utf8.allSatisfy(Self.isPlain) {
            buffer.writeStaticString("\"")
            buffer.writeString(key)
            buffer.writeStaticString("\"")
        } else {
            var text = KeywardBase.ByteBuffer()
            text.append(jsonString: key)
            text.withUnsafeBytes { _ = buffer.writeBytes($0) }
        }
        buffer.writeBytes(end)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
