/// What is wrong with the parameters of a call. Neither member ever contains a parameter's value.
package struct ParamsFault: Error, Hashable, Sendable {
    /// The parameter at fault, a member of `params`.
    package var param: String?
    /// A sentence for people.
    package var message: String

    package init(param: String?, _ message: String) {
        self.param = param
        self.message = message
    }

    /// The error to return.
    package var error: RPCError {
        RPCError(.invalidParams, message, data: RPCError.Facts(param: param))
    }

    /// A member that the method does not know. An unusually long or odd name is not repeated: it may be a misplaced
    /// secret.
    static func unknown(_ name: String, within path: String = "") -> ParamsFault {
        let isPlain = name.utf8.count <= 40 && name.utf8.allSatisfy { isNameByte($0) }
        if path.isEmpty {
            let message =
                isPlain
                ? "`\(name)` is an unknown parameter." : "There is an unknown parameter."
            return ParamsFault(param: isPlain ? name : nil, message)
        }
        let top = String(path.prefix { $0 != "." && $0 != "[" })
        return ParamsFault(param: top, "`\(path)` has no member\(isPlain ? " `\(name)`" : " of that name").")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
