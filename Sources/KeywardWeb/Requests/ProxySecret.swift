/// The secret by which the site's proxy proves itself, in one field of each request.
package struct ProxySecret: Sendable {
    /// The hexadecimal digits of a secret.
    private static let digits = 64

    private let text: String

    /// Reads the file that nginx includes; `nil` unless it has one directive with 64 hexadecimal digits.
    ///
    /// - Parameter directive: `proxy_set_header X-Keyward-Proxy DIGITS;`, and comments.
    package init?(directive: String) {
        let lines = directive.split(separator: "\n").filter { !$0.hasPrefix("#") }
        guard lines.count == 1 else { return nil }
        let words = lines[0].split(separator: " ")
        guard words.count == 3, words[0] == "proxy_set_header", words[1] == "X-Keyward-Proxy", words[2].last == ";"
        else { return nil }
        text = String(words[2].dropLast())
        guard text.utf8.count == Self.digits, text.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
            return nil
        }
    }

    /// Whether the values of a request's fields are this secret, once.
    func isPresented(by values: [String]) -> Bool {
        values.count == 1 && text.equalsInConstantTime(values[0])
    }
}
