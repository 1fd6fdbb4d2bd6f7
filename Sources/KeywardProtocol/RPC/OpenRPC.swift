/// The protocol as an OpenRPC 1.2.6 document, made from ``MethodTable`` and from what its types decode.
package enum OpenRPC {
    /// The result of `rpc.discover`.
    ///
    /// - Parameter version: the daemon's.
    package static func document(version: String) -> JSONText {
        let recorder = SchemaRecorder()
        let methods = MethodTable.methods.map { describe($0, recorder) }
        let schemas = recorder.components.sorted { $0.key < $1.key }.map { JSONTree.Member($0.key, $0.value) }
        let document: JSONTree = [
            "openrpc": "1.2.6",
            "info": ["title": "Keyward", "version": .string(version), "description": .string(introduction)],
            "methods": .array(methods),
            "components": [
                "schemas": .object(schemas),
                "errors": .object(RPCError.Code.allCases.map { .init($0.rawValue, describe($0)) }),
            ],
        ]
        return document.text
    }

    private static let introduction =
        "The key authority of one host: JSON-RPC 2.0 over Unix sockets, one value per line. `x-sockets` has the sockets "
        + "of a method, `x-role` the least role that can call it on the admin socket. On the verify socket every peer can "
        + "call its methods. `x-notification` describes the notifications after the reply. Clients ignore unknown members "
        + "and words."

    private static func describe(_ method: any Method.Type, _ recorder: SchemaRecorder) -> JSONTree {
        let contract = method.contract
        let codes = everyMethodAnswers + (contract.params.isEmpty ? [] : [.invalidParams]) + contract.errors
        var described: [JSONTree.Member] = [
            .init("name", .string(method.name)),
            .init("summary", .string(contract.summary)), .init("paramStructure", "by-name"),
            .init("params", .array(params(of: method, recorder))),
            .init("result", ["name": "result", "schema": result(of: method, recorder)]),
            .init("errors", .array(codes.map { ["$ref": .string("#/components/errors/\($0.rawValue)")] })),
            .init("x-sockets", contract.reach == .everySocket ? ["admin", "verify"] : ["admin"]),
            .init("x-role", .string(contract.role.rawValue)),
        ]
        if let notification = method.notification {
            let schema = recorder.schema(of: notification.params, read: .client)
            described.append(
                .init("x-notification", ["name": .string(notification.name), "params": schema]))
        }
        return .object(described)
    }

    /// The members that the parameters' type decodes, each with the sentence of the contract.
    static func params(of method: any Method.Type, _ recorder: SchemaRecorder) -> [JSONTree] {
        let sentences = method.contract.params
        return parameters(of: method, recorder).map { member in
            let sentence = sentences.first { $0.key == member.name }?.value ?? ""
            return [
                "name": .string(member.name), "summary": .string(sentence), "required": .bool(!member.isOptional),
                "schema": member.schema,
            ]
        }
    }

    /// The members that the parameters' type decodes.
    static func parameters<M: Method>(of method: M.Type, _ recorder: SchemaRecorder) -> [SchemaRecorder.Member] {
        recorder.members(of: M.Params.self, read: .daemon)
    }

    private static func result<M: Method>(of method: M.Type, _ recorder: SchemaRecorder) -> JSONTree {
        recorder.schema(of: M.Result.self, read: .client)
    }

    /// The errors that a method need not list.
    private static let everyMethodAnswers: [RPCError.Code] = [
        .invalidRequest, .permissionDenied, .internalError, .shuttingDown,
    ]

    private static func describe(_ code: RPCError.Code) -> JSONTree {
        [
            "code": .integer(code.number), "message": .string(code.summary),
            "data": ["code": .string(code.rawValue)],
        ]
    }
}

extension RPCError.Code {
    /// One sentence: when the error is returned.
    package var summary: String {
        switch self {
        case .parseError: "The line is not valid JSON (RFC 8259)."
        case .invalidRequest: "The line is JSON, but not a request within the limits of the protocol."
        case .lineTooLong: "The line is longer than the socket allows; the connection is closed."
        case .batchTooLarge: "The batch has more requests than are allowed."
        case .methodNotFound: "There is no such method on this socket."
        case .invalidParams: "The parameters do not fit the method; `data.param` names the one at fault."
        case .internalError: "Keyward failed; see its journal."
        case .permissionDenied: "The caller may not do this."
        case .notFound: "The object does not exist, or the caller may not see it."
        case .upgradeRequired: "The workspace's plan does not include this; `data.upgradeURL` is the page to change it."
        case .conflict:
            "The name is taken, or the `requestId` was seen before: `data.param` says which. `data.keyId` is the key."
        case .confirmationRequired: "Confirmation is required; see `data.checks`. `confirm: true` confirms."
        case .limitExceeded: "A limit is reached."
        case .invalidState:
            "The key is in a state, `data.status`, that does not allow this; or two live keys, `data.keys`, have the name."
        case .readOnly: "The store cannot write now; keys are still verified."
        case .policyViolation: "A policy of the host or of the plan does not allow this."
        case .shuttingDown: "The daemon is shutting down."
        }
    }
}
