/// What a key may be used for: 1 to 128 of `[A-Za-z0-9:._*/-]`.
package enum Scope {
    /// How many scopes a key may have.
    package static let most = 64

    /// Whether `text` may be a scope that a key holds: a `*`, if any, is its last character.
    package static func canBeHeld(_ text: String) -> Bool {
        hasScopeShape(text) && !text.dropLast().contains("*")
    }

    /// Whether `text` may be a scope that a verification asks for: without `*`.
    package static func canBeRequired(_ text: String) -> Bool {
        hasScopeShape(text) && !text.contains("*")
    }

    /// Whether one of the scopes `held` covers the scope `required`.
    package static func covers(_ held: [String], _ required: UnsafeRawBufferPointer) -> Bool {
        held.contains { scope in
            let pattern = scope.utf8
            guard pattern.last == UInt8(ascii: "*") else { return pattern.elementsEqual(required) }
            return required.starts(with: pattern.dropLast())
        }
    }

    private static func hasScopeShape(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { Base62.isDigit($0) || ":._*/-".utf8.contains($0) }
    }
}
