import KeywardCore
import KeywardProtocol

/// What the shape of parameters must be beside their types. The messages never repeat a value.
enum Shape {
    static func text(_ text: String?, _ param: String, longest: Int = FreeText.longest) throws(ParamsFault) {
        guard let text, let fault = FreeText.fault(in: text, longest: longest) else { return }
        throw ParamsFault(param: param, "`\(param)` \(fault).")
    }

    static func number(_ number: Int?, _ param: String, in range: ClosedRange<Int>) throws(ParamsFault) {
        guard let number, !range.contains(number) else { return }
        throw ParamsFault(param: param, "`\(param)` must be from \(range.lowerBound) to \(range.upperBound).")
    }

    static func scopes(_ scopes: [String]?) throws(ParamsFault) {
        guard let scopes else { return }
        guard scopes.count <= Scope.most, scopes.allSatisfy(Scope.canBeHeld) else {
            throw ParamsFault(
                param: "scopes",
                "`scopes` must be at most 64 of 1 to 128 of A-Z, a-z, 0-9, ':', '.', '_', '/', '-'; only the last "
                    + "character of one may be '*'.")
        }
    }

    static func metadata(_ metadata: JSONText?) throws(ParamsFault) {
        guard let metadata else { return }
        guard metadata.text.utf8.first == UInt8(ascii: "{"), metadata.text.utf8.count <= 4_096 else {
            throw ParamsFault(param: "metadata", "`metadata` must be an object of at most 4096 bytes.")
        }
    }

    static func owner(_ owner: Owner?) throws(ParamsFault) {
        guard let owner else { return }
        let parts = [owner.name, owner.contact, owner.principal]
        guard parts.contains(where: { $0 != nil }) else {
            throw ParamsFault(param: "owner", "`owner` must have a name, a contact or a principal.")
        }
        for part in parts { try text(part, "owner") }
        guard let principal = owner.principal else { return }
        let words = principal.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumbered = words.count == 2 && ["uid", "gid"].contains(words[0]) && UInt32(words[1]) != nil
        let isNamed = words.count == 2 && ["user", "group"].contains(words[0]) && !words[1].isEmpty
        guard isNumbered || isNamed else {
            throw ParamsFault(param: "owner", "`owner.principal` must be user:NAME, group:NAME, uid:N or gid:N.")
        }
    }

    /// A key's reference, which must not be empty or a secret.
    static func key(_ key: String) throws(ParamsFault) {
        guard !key.isEmpty, key.utf8.count <= 128, KeyReference(key) != nil else {
            throw ParamsFault(param: "key", "`key` must be a key's id, its prefix or its name; never a whole key.")
        }
    }
}

extension CallContext {
    /// A reference that ``Shape/key(_:)`` has let through.
    func reference(_ key: String) -> KeyReference { KeyReference(key) ?? .name("") }

    func describe(_ view: KeyView) -> Key { Key(view, accounts: authority.accounts) }
}
