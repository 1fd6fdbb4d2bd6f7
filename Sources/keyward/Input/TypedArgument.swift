internal import KeywardClient

/// The option or argument that a person typed for a parameter of the protocol, and its value.
struct TypedArgument {
    /// `--expires`, `<key>`.
    var name: String
    /// As typed; `nil` if it was not given.
    var value: String?

    /// The options whose name differs from their parameter's.
    private static let options: [String: [String]] = [
        "expiresAt": ["--expires", "-e"], "expiresBefore": ["--expires-within"],
        "owner": ["--owner-principal", "--owner-contact", "--owner"], "scopes": ["--scope"],
        "limits": ["--limit"], "credits": ["--credits", "--refill"],
        "workspace": ["--workspace", "-w"], "graceSeconds": ["--grace"], "bucket": ["--by"],
        "facts": ["--fact", "--stale"], "types": ["--type"],
    ]

    /// - Parameters:
    ///   - arguments: All arguments of the command.
    ///   - params: The parameters that were sent.
    init(of param: String, in arguments: [String], params: some Encodable) {
        let options = Self.options[param] ?? ["--" + Self.dashed(param)]
        let found = options.lazy.compactMap { option in Self.value(of: option, in: arguments).map { (option, $0) } }
        if let (option, value) = found.first {
            (name, self.value) = (option, value)
        } else {
            let sent = Self.member(param, of: params)
            (name, value) = (sent == nil ? options[0] : "<\(param)>", sent)
        }
    }

    /// The error message, in the form of the parser's own messages.
    func message(_ complaint: String, param: String) -> String {
        let quoted = "`\(param)` "
        let reason = complaint.hasPrefix(quoted) ? String(complaint.dropFirst(quoted.count)) : complaint
        // A refused name may be a secret or a person's address, so it is not repeated.
        if param == "name" { return "The value of '\(name)' is invalid: \(reason)" }
        guard let value else { return "A value for '\(name)' is needed: \(reason)" }
        return "The value '\(value.fitted(to: 80))' is invalid for '\(name)': \(reason)"
    }

    /// The value of an option, in any of its written forms.
    static func value(of option: String, in arguments: [String]) -> String? {
        let given = arguments.prefix { $0 != "--" }
        for (index, argument) in given.enumerated() {
            if argument == option { return index + 1 < arguments.count ? arguments[index + 1] : nil }
            if argument.hasPrefix(option + "=") { return String(argument.dropFirst(option.count + 1)) }
        }
        return nil
    }

    private static func dashed(_ name: String) -> String {
        name.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
    }

    private static func member(_ name: String, of params: some Encodable) -> String? {
        guard let text = try? JSONCoding.string(of: params, nulls: false),
            let members = try? JSONCoding.decode([String: Text].self, from: Array(text.utf8))
        else { return nil }
        return members[name]?.text
    }

    /// A member's value: a text as it is, anything else as JSON.
    private struct Text: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            text = try (try? container.decode(String.self)) ?? container.decode(JSONText.self).text
        }
    }
}
