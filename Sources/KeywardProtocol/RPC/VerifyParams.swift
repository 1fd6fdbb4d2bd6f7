/// The parameters of `keys.verify` as nodes of a tape. The hot path uses them instead of ``VerifyKey/Params``.
package struct VerifyParams: Sendable {
    /// A string: the presented secret.
    package var key: Int
    /// A string; `nil` means the workspace `default`.
    package var workspace: Int?
    /// An array of strings; `nil` means none.
    package var scopes: Int?
    /// A string; `nil` means that the client's address is not known.
    package var address: Int?
    /// Whether there are members that only ``VerifyKey/Params`` reads; their values are not checked here.
    package var hasFurther = false

    /// Finds the members of `params` and checks their names and types.
    package init(_ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>) throws(ParamsFault) {
        var key: Int?
        if let params {
            let end = tape.next(params)
            var name = params + 1
            while name < end {
                let value = name + 1
                switch tape.shortName(name, in: line) {
                case "key":
                    key = value
                case "scopes":
                    scopes = try Self.checkedScopes(value, of: tape)
                case "address":
                    address = try Self.checked(value, "address", of: tape)
                case "anyOf", "cost", "limits":
                    hasFurther = true
                default:
                    guard tape.equals(name, "workspace", in: line) else {
                        throw .unknown(tape.string(name, in: line) ?? "")
                    }
                    workspace = try Self.checked(value, "workspace", of: tape)
                }
                name = tape.next(value)
            }
        }
        guard let key else { throw ParamsFault(param: "key", "`key` is missing: the presented key, whole.") }
        guard tape[key].kind == .string else { throw ParamsFault(param: "key", "`key` must be a string.") }
        self.key = key
    }

    private static func checked(
        _ value: Int, _ param: String, of tape: borrowing JSONTape
    ) throws(ParamsFault) -> Int? {
        switch tape[value].kind {
        case .string: return value
        case .null: return nil
        default: throw ParamsFault(param: param, "`\(param)` must be a string.")
        }
    }

    private static func checkedScopes(_ value: Int, of tape: borrowing JSONTape) throws(ParamsFault) -> Int? {
        switch tape[value].kind {
        case .null: return nil
        case .array: break
        default: throw ParamsFault(param: "scopes", "`scopes` must be an array of strings.")
        }
        var element = value + 1
        while element < tape.next(value) {
            guard tape[element].kind == .string else {
                throw ParamsFault(param: "scopes", "`scopes` must be an array of strings.")
            }
            element = tape.next(element)
        }
        return value
    }
}
