/// A permission of a key: 1 to 128 of `[A-Za-z0-9:._*/-]`.
package enum Scope {
    /// The largest number of scopes of a key.
    package static let most = 64

    /// The largest number of sets of scopes of which a verification asks for one.
    package static let mostSets = 16

    /// Whether a key may hold the scope `text`: a `*`, if any, must be its last character.
    package static func canBeHeld(_ text: String) -> Bool {
        hasScopeShape(text) && !text.dropLast().contains("*")
    }

    /// Whether a verification may require the scope `text`: without `*`.
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
