import Foundation
import Testing

@testable import KeywardProtocol

@Suite struct OpenRPCTests {
    let document: [String: Any]

    init() throws {
        let text = OpenRPC.document(version: "1.2.3").text
        document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private var methods: [[String: Any]] { document["methods"] as? [[String: Any]] ?? [] }

    @Test func isTakenByTheStrictScanner() throws {
        #expect(throws: Never.self) { try JSONText(checking: OpenRPC.document(version: "1").text) }
    }

    @Test func saysWhatItIs() throws {
        #expect(document["openrpc"] as? String == "1.2.6")
        let info = try #require(document["info"] as? [String: Any])
        #expect(info["title"] as? String == "Keyward")
        #expect(info["version"] as? String == "1.2.3")
    }

    @Test func describesEveryMethodOnce() {
        let names = methods.compactMap { $0["name"] as? String }
        #expect(names == MethodTable.methods.map { $0.name })
        #expect(Set(names).count == names.count)
    }

    /// The rules of the OpenRPC meta schema for methods, content descriptors and errors.
    @Test func hasTheShapeThatOpenRPCAsksFor() throws {
        let methodMembers: Set = [
            "name", "summary", "paramStructure", "params", "result", "errors", "x-sockets", "x-role",
        ]
        for method in methods {
            let isFollowed = method["name"] as? String == "events.subscribe"
            #expect(Set(method.keys) == methodMembers.union(isFollowed ? ["x-notification"] : []))
            #expect(method["paramStructure"] as? String == "by-name")
            let params = try #require(method["params"] as? [[String: Any]])
            let names = params.compactMap { $0["name"] as? String }
            #expect(names.count == params.count && Set(names).count == names.count)
            for param in params {
                #expect(Set(param.keys) == ["name", "summary", "required", "schema"])
                #expect(param["required"] is Bool)
                #expect((param["summary"] as? String)?.isEmpty == false)
            }
            let result = try #require(method["result"] as? [String: Any])
            #expect(result["name"] is String && result["schema"] is [String: Any])
        }
    }

    @Test func refersToNothingThatIsMissing() throws {
        let components = try #require(document["components"] as? [String: [String: Any]])
        var references: [String] = []
        func collect(_ value: Any) {
            if let object = value as? [String: Any] {
                if let reference = object["$ref"] as? String { references.append(reference) }
                object.values.forEach(collect)
            } else if let array = value as? [Any] {
                array.forEach(collect)
            }
        }
        collect(document)
        #expect(references.contains("#/components/schemas/Key"))
        for reference in references {
            let parts = reference.split(separator: "/").map(String.init)
            #expect(parts.count == 4 && components[parts[2]]?[parts[3]] != nil, "\(reference)")
        }
        let used = Set(
            references.filter { $0.contains("/schemas/") }.map { String($0.split(separator: "/").last ?? "") })
        #expect(used == Set(components["schemas"]?.keys.map { $0 } ?? []))
        for schema in ["Key", "Owner", "Warning", "Workspace", "Member", "AuditEntry", "Verification", "Access"] {
            #expect(used.contains(schema), "\(schema)")
        }
    }

    /// JSON Schema, draft 7: only its keywords, each with a valid value.
    @Test func usesJSONSchemaRightly() throws {
        let types: Set = ["object", "array", "string", "integer", "number", "boolean", "null"]
        func check(_ schema: [String: Any], _ place: String) {
            for (keyword, value) in schema {
                switch keyword {
                case "type":
                    let named = (value as? [String]) ?? [value as? String ?? ""]
                    #expect(!named.isEmpty && named.allSatisfy(types.contains), "\(place)")
                case "properties":
                    for (name, property) in value as? [String: [String: Any]] ?? [:] {
                        check(property, place + "." + name)
                    }
                case "items", "additionalProperties":
                    check(value as? [String: Any] ?? ["?": 0], place)
                case "anyOf":
                    for branch in value as? [[String: Any]] ?? [["?": 0]] { check(branch, place) }
                case "required", "enum", "examples":
                    let words = value as? [String] ?? []
                    #expect(!words.isEmpty && Set(words).count == words.count, "\(place)")
                case "format", "minimum", "maximum", "$ref": break
                default: Issue.record("\(place): \(keyword) is no keyword")
                }
            }
        }
        let components = try #require(document["components"] as? [String: [String: [String: Any]]])
        for (name, schema) in components["schemas"] ?? [:] { check(schema, name) }
        for method in methods {
            let name = method["name"] as? String ?? ""
            for param in method["params"] as? [[String: Any]] ?? [] {
                check(param["schema"] as? [String: Any] ?? [:], name)
            }
            check((method["result"] as? [String: Any])?["schema"] as? [String: Any] ?? ["?": 0], name)
        }
    }

    @Test func tellsWhatParamsAre() throws {
        let update = try #require(methods.first { $0["name"] as? String == "keys.update" })
        let params = try #require(update["params"] as? [[String: Any]])
        func param(_ name: String) -> [String: Any] { params.first { $0["name"] as? String == name } ?? [:] }
        func schema(_ name: String) -> NSDictionary { param(name)["schema"] as? NSDictionary ?? [:] }
        #expect(param("key")["required"] as? Bool == true)
        #expect(param("purpose")["required"] as? Bool == false)
        #expect(schema("key") == ["type": "string"])
        #expect(schema("workspace") == ["type": "string"])
        #expect(schema("purpose") == ["type": ["string", "null"]])
        #expect(schema("expiresAt") == ["type": ["string", "null"], "format": "date-time"])
        #expect(schema("metadata") == ["type": ["object", "null"]])
        #expect(schema("scopes") == ["type": ["array", "null"], "items": ["type": "string"]])
        #expect(schema("owner") == ["anyOf": [["$ref": "#/components/schemas/Owner"], ["type": "null"]]])
    }

    @Test func closesTheWordsOfParamsAndOpensThoseOfResults() throws {
        let revoke = try #require(methods.first { $0["name"] as? String == "keys.revoke" })
        let reason = try #require((revoke["params"] as? [[String: Any]])?.first { $0["name"] as? String == "reason" })
        let words = ["compromised", "superseded", "unused", "ownerLeft", "other"]
        #expect(reason["schema"] as? NSDictionary == ["type": "string", "enum": words])
        let components = try #require(document["components"] as? [String: [String: [String: Any]]])
        let revocation = try #require(components["schemas"]?["Revocation"]?["properties"] as? [String: NSDictionary])
        #expect(revocation["reason"] == ["type": "string", "examples": words])
    }

    @Test func namesSocketsRolesAndErrors() throws {
        let verify = try #require(methods.first { $0["name"] as? String == "keys.verify" })
        #expect(verify["x-sockets"] as? [String] == ["admin", "verify"])
        #expect(verify["x-role"] as? String == "operator")
        let create = try #require(methods.first { $0["name"] as? String == "keys.create" })
        #expect(create["x-sockets"] as? [String] == ["admin"])
        let errors = (create["errors"] as? [[String: String]] ?? []).compactMap { $0["$ref"] }
        for code in CreateKey.contract.errors + [.permissionDenied, .invalidParams] {
            #expect(errors.contains("#/components/errors/\(code.rawValue)"))
        }
        let described = try #require((document["components"] as? [String: [String: NSDictionary]])?["errors"])
        #expect(described.count == RPCError.Code.allCases.count)
        for code in RPCError.Code.allCases {
            #expect(described[code.rawValue]?["code"] as? Int == code.number)
            #expect(described[code.rawValue]?["message"] as? String == code.summary)
        }
    }
}

@Suite struct MethodTableTests {
    @Test(arguments: MethodTable.descriptors)
    func documentsEveryParameterThatTheTypeAsksForAndNoOther(descriptor: MethodTable.Descriptor) {
        let recorded = OpenRPC.parameters(of: descriptor.method, SchemaRecorder()).map(\.name)
        #expect(recorded == descriptor.method.contract.params.map(\.key))
    }

    /// A member that a new key can have and an imported one cannot is missing in ForeignKey.
    @Test func aKeyToImportHasTheMembersOfANewOne() {
        func members(of type: any Decodable.Type) -> Set<String> {
            Set(SchemaRecorder().members(of: type, read: .daemon).map(\.name))
        }
        let own: Set = ["secret", "digest", "shortToken", "foreignPrefix"]
        #expect(
            members(of: ForeignKey.self).subtracting(own)
                == members(of: CreateKey.Params.self).subtracting(["workspace", "requestId", "canary"]))
        #expect(members(of: ForeignKey.self).isSuperset(of: own))
    }

    @Test func hasUniqueNames() {
        let names = MethodTable.methods.map { $0.name }
        #expect(Set(names).count == names.count)
        #expect(Set(MethodTable.methods.map { ObjectIdentifier($0) }).count == names.count)
    }

    /// Each file under `Methods/` declares one method; a method outside the table could not be called.
    @Test func hasEveryMethodThatIsDeclared() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/KeywardProtocol/Methods")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let declared = try files.map { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            let names = text.matches(of: /static let name = "([A-Za-z.]+)"/).map { String($0.1) }
            try #require(names.count == 1, "\(file.lastPathComponent)")
            return names[0]
        }
        #expect(Set(declared) == Set(MethodTable.methods.map { $0.name }))
    }

    @Test func findsWhatIsInItAndNothingElse() {
        for (index, method) in MethodTable.methods.enumerated() {
            let name = Array(method.name.utf8)
            #expect(MethodTable.descriptor(named: name.span)?.index == index)
            #expect(MethodTable.descriptors[index].method.name == method.name)
            for wrong in [name + [0x20], Array(name.dropLast()), Array(method.name.uppercased().utf8)] {
                #expect(MethodTable.descriptor(named: wrong.span) == nil)
            }
        }
        #expect(MethodTable.descriptor(named: [UInt8]().span) == nil)
    }

    @Test func findsAMethodThroughItsEscapes() {
        let read = ReadLine(#"{"jsonrpc":"2.0","id":1,"method":"keys\u002everify"}"#)
        let bytes = read.bytes
        let found = MethodTable.descriptor(named: read.request?.method ?? 0, of: read.tape, in: bytes.span)
        #expect(found?.method == VerifyKey.self)
        #expect(found?.reach == .everySocket)
    }
}
