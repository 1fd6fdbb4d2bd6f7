import KeywardBase
import KeywardCore
import KeywardProtocol

// The attributes of a key as parameters of the methods that create and change keys.

extension KeyAttributes<String> {
    static func check(_ params: CreateKey.Params) throws(ParamsFault) {
        try ParameterCheck.owner(params.owner)
        try ParameterCheck.text(params.purpose, "purpose")
        try ParameterCheck.scopes(params.scopes)
        try ParameterCheck.metadata(params.metadata)
        try ParameterCheck.addresses(params.addresses)
    }

    init(_ params: CreateKey.Params) {
        self.init()
        owner = params.owner.map { OwnerRecord($0) }
        purpose = params.purpose.map(FreeText.normalized)
        if let scopes = params.scopes { self.scopes = scopes }
        if let metadata = params.metadata { self.metadata = metadata.text }
        addresses = params.addresses.map(AddressBlock.text)
    }
}

extension KeyAttributeChanges {
    static func check(_ params: UpdateKey.Params) throws(ParamsFault) {
        try ParameterCheck.owner(params.owner.applied(to: nil))
        try ParameterCheck.text(params.purpose.applied(to: nil), "purpose")
        try ParameterCheck.scopes(params.scopes.applied(to: nil))
        try ParameterCheck.metadata(params.metadata.applied(to: nil))
        try ParameterCheck.addresses(params.addresses.applied(to: nil))
    }

    init(_ params: UpdateKey.Params) {
        self.init()
        owner = params.owner.given.map { $0.map { OwnerRecord($0) } }
        purpose = params.purpose.given.map { $0.map(FreeText.normalized) }
        scopes = params.scopes.given.map { $0 ?? [] }
        metadata = params.metadata.given.map { $0?.text ?? "{}" }
        addresses = params.addresses.given.map { $0.map(AddressBlock.text) }
    }
}

extension Change {
    /// `nil` if the member was absent; an inner `nil` if it was `null`.
    var given: Value?? {
        switch self {
        case .keep: nil
        case .clear: .some(nil)
        case .set(let value): .some(value)
        }
    }
}

extension AddressBlock {
    /// The text of blocks that were checked.
    fileprivate static func text(_ blocks: [String]) -> String { text(of: blocks.compactMap { AddressBlock($0) }) }
}
