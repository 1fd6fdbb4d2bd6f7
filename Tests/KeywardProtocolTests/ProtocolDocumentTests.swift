import Foundation
import Testing

@testable import KeywardProtocol

/// docs/protocol.md agrees with the method table, the errors and the types.
struct ProtocolDocumentTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/protocol.md")
    private static let page = (try? String(contentsOf: file, encoding: .utf8)) ?? ""

    /// This test makes a part of the page. With KEYWARD_WRITE_DOCS=1 it writes the part.
    @Test(.serialized, arguments: ["methods", "errors"])
    func theGeneratedPartIsUpToDate(name: String) throws {
        let (begin, end) = ("<!-- \(name): made by ProtocolDocumentTests -->\n", "<!-- end of \(name) -->")
        let start = try #require(Self.page.range(of: begin)?.upperBound)
        let stop = try #require(Self.page.range(of: end)?.lowerBound)
        let wanted = name == "methods" ? try ProtocolPage.methods() : ProtocolPage.errors()
        if ProcessInfo.processInfo.environment["KEYWARD_WRITE_DOCS"] != nil {
            let page = try String(contentsOf: Self.file, encoding: .utf8)
            let place = try #require(page.range(of: String(Self.page[start..<stop])))
            try page.replacingCharacters(in: place, with: wanted).write(
                to: Self.file, atomically: true, encoding: .utf8)
        } else {
            #expect(Self.page[start..<stop] == wanted, "KEYWARD_WRITE_DOCS=1 swift test --filter ProtocolDocumentTests")
        }
    }

    @Test func everyMemberOfEveryTypeIsDescribed() throws {
        for (type, schema) in try ProtocolPage.schemas() {
            let heading = try #require(
                Self.page.range(of: "\n### \(type)\n"), "docs/protocol.md has no section on \(type)")
            let rest = Self.page[heading.upperBound...]
            let section = rest.range(of: "\n#").map { rest[..<$0.lowerBound] } ?? rest
            let members = schema["properties"] as? [String: Any] ?? [:]
            for member in members.keys {
                #expect(section.contains("`\(member)`"), "\(type).\(member) is not described")
            }
        }
    }

    @Test(arguments: Key.Status.known.map(\.rawValue) + Verification.Code.known.map(\.rawValue))
    func everyWordIsDescribed(word: String) {
        #expect(Self.page.contains("`\(word)`"))
    }
}

/// Parts of docs/protocol.md, made from the description that `rpc.discover` returns.
enum ProtocolPage {
    private static func document() throws -> [String: Any] {
        let data = Data(OpenRPC.document(version: "").text.utf8)
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    static func schemas() throws -> [String: [String: Any]] {
        let components = try document()["components"] as? [String: Any]
        return components?["schemas"] as? [String: [String: Any]] ?? [:]
    }

    static func errors() -> String {
        let rows = RPCError.Code.allCases.map { "| \($0.number) | `\($0.rawValue)` | \($0.summary) |\n" }
        return "| `code` | `data.code` | when |\n|---|---|---|\n" + rows.joined()
    }

    static func methods() throws -> String {
        let described = try document()["methods"] as? [[String: Any]] ?? []
        return zip(MethodTable.methods, described).map { section($0, $1) }.joined(separator: "\n")
    }

    private static func section(_ method: any Method.Type, _ description: [String: Any]) -> String {
        let contract = method.contract
        let sockets = contract.reach == .everySocket ? "both sockets" : "the admin socket"
        var text = "### \(method.name)\n\n\(contract.summary) On \(sockets); \(caller(contract)).\n\n"
        let params = description["params"] as? [[String: Any]] ?? []
        if !params.isEmpty {
            text += "| parameter | type | |\n|---|---|---|\n" + params.map(row).joined() + "\n"
        }
        let result = (description["result"] as? [String: Any])?["schema"] as? [String: Any] ?? [:]
        text += "Result: \(members(of: result)).\n"
        if !contract.errors.isEmpty {
            text += "\nErrors: " + contract.errors.map { "`\($0.rawValue)`" }.joined(separator: ", ") + ".\n"
        }
        return text
    }

    private static func caller(_ contract: MethodContract) -> String {
        switch contract.role {
        case .anyone: "for anyone"
        case .member: "for members of any workspace"
        case .viewer: "for viewers"
        case .admin: "for admins"
        case .ownerOrAdmin: "for the key's owner and for admins"
        case .operator: contract.reach == .everySocket ? "on the admin socket for operators" : "for operators"
        }
    }

    private static func row(_ param: [String: Any]) -> String {
        let isRequired = param["required"] as? Bool ?? false
        let type = name(of: param["schema"] as? [String: Any] ?? [:])
        let summary = param["summary"] as? String ?? ""
        return "| `\(param["name"] ?? "")` | \(type)\(isRequired ? "" : ", optional") | \(summary) |\n"
    }

    private static func members(of schema: [String: Any]) -> String {
        guard let members = schema["properties"] as? [String: [String: Any]], !members.isEmpty else {
            return name(of: schema)
        }
        return members.sorted { $0.key < $1.key }.map { "`\($0.key)` (\(name(of: $0.value)))" }.joined(separator: ", ")
    }

    private static func name(of schema: [String: Any]) -> String {
        if let reference = schema["$ref"] as? String, let type = reference.split(separator: "/").last {
            return "[\(type)](#\(type.lowercased()))"
        }
        if let choices = schema["anyOf"] as? [[String: Any]], let first = choices.first {
            return name(of: first) + " or null"
        }
        if let words = schema["enum"] as? [String] { return words.map { "`\($0)`" }.joined(separator: ", ") }
        let types = schema["type"] as? [String] ?? [schema["type"] as? String ?? "object"]
        return types.map { $0 == "null" ? $0 : plain($0, schema) }.joined(separator: " or ")
    }

    private static func plain(_ type: String, _ schema: [String: Any]) -> String {
        if let items = schema["items"] as? [String: Any] { return "array of " + name(of: items) }
        return schema["format"] as? String == "date-time" ? "timestamp" : type
    }
}
