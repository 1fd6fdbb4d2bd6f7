package import KeywardBase
package import NIOCore

/// Writes the answers of one site as HTTP/1.1.
package struct AnswerWriter: Sendable {
    /// What of a request shapes the bytes of its answer.
    package struct Form: Hashable, Sendable {
        package var isHead: Bool
        package var keepsAlive: Bool
        /// HTTP/1.0 keeps a connection only if the answer says so.
        package var isOld: Bool

        package init(isHead: Bool = false, keepsAlive: Bool = true, isOld: Bool = false) {
            (self.isHead, self.keepsAlive, self.isOld) = (isHead, keepsAlive, isOld)
        }
    }

    private let site: Site
    private let verified: [UInt8]
    private let unverified: [UInt8]

    package init(_ site: Site) {
        self.site = site
        let status = site.proxy.passesOnlyForbidden ? "X-Keyward-Status: 200\r\n" : ""
        let start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\(status)X-Keyward-Verified: "
        verified = Array((start + "yes\r\n").utf8)
        var block = KeywardBase.ByteBuffer()
        block.append(utf8: start + "no\r\n")
        IdentityBlock.appendEmpty(to: &block)
        unverified = block.withUnsafeBytes { Array($0) }
    }

    /// Appends an answer that lets the request pass. `fields` are those of the reply: ``IdentityBlock`` and
    /// ``AllowanceFields``.
    package func appendVerified(
        _ fields: borrowing KeywardBase.ByteBuffer, _ form: Form, to buffer: inout NIOCore.ByteBuffer
    ) {
        buffer.writeBytes(verified)
        fields.withUnsafeBytes { _ = buffer.writeBytes($0) }
        end(form, &buffer)
    }

    /// Appends an answer that lets the request pass without a verified key.
    package func appendUnverified(_ form: Form, to buffer: inout NIOCore.ByteBuffer) {
        buffer.writeBytes(unverified)
        end(form, &buffer)
    }

    /// Appends an answer that refuses the request, with a body as RFC 9457 has it.
    package func append(_ refusal: Refusal, _ form: Form, to buffer: inout NIOCore.ByteBuffer) {
        let body = appendFields(of: refusal, to: &buffer)
        end(form, &buffer)
        if !form.isHead { buffer.writeString(body) }
    }

    /// Appends an answer that refuses the request. `fields` are those of the daemon's reply.
    package func append(
        _ refusal: Refusal, _ fields: borrowing KeywardBase.ByteBuffer, _ form: Form,
        to buffer: inout NIOCore.ByteBuffer
    ) {
        let body = appendFields(of: refusal, to: &buffer)
        fields.withUnsafeBytes { _ = buffer.writeBytes($0) }
        end(form, &buffer)
        if !form.isHead { buffer.writeString(body) }
    }

    /// Appends the start of an answer. Returns its body.
    private func appendFields(of refusal: Refusal, to buffer: inout NIOCore.ByteBuffer) -> String {
        let isMapped = site.proxy.passesOnlyForbidden && ![401, 403].contains(refusal.status)
        let status = isMapped ? 403 : refusal.status
        let body = """
            {"type":"about:blank","title":"\(Self.phrase(refusal.status))","status":\(refusal.status),\
            "detail":"\(Self.escaped(refusal.detail))","code":"\(refusal.code)"}\n
            """
        buffer.writeString(
            """
            HTTP/1.1 \(status) \(Self.phrase(status))\r\nContent-Type: application/problem+json\r\n\
            Content-Length: \(body.utf8.count)\r\nCache-Control: no-store\r\n
            """)
        if site.proxy.passesOnlyForbidden { buffer.writeString("X-Keyward-Status: \(refusal.status)\r\n") }
        if let challenge = Challenge.text(refusal, site: site) {
            buffer.writeString("WWW-Authenticate: \(challenge)\r\n")
        }
        if refusal.status == 503 { buffer.writeString("Retry-After: 1\r\n") }
        return body
    }

    private func end(_ form: Form, _ buffer: inout NIOCore.ByteBuffer) {
        if !form.keepsAlive {
            buffer.writeStaticString("Connection: close\r\n\r\n")
        } else if form.isOld {
            buffer.writeStaticString("Connection: keep-alive\r\n\r\n")
        } else {
            buffer.writeStaticString("\r\n")
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    /// RFC 9110, section 15, and RFC 6585.
    private static func phrase(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        default: "Service Unavailable"
        }
    }
}
