/// What of a presented text the digest of an imported key covers.
package enum ImportFormat: Int64, CaseIterable, Hashable, Sendable {
    /// The whole text.
    case sha256 = 1
    /// The text after the last `_`. The segment before it belongs to the digest, too.
    case seam = 2

    /// The word in the protocol, in the trail and in the digest.
    package var word: StaticString {
        switch self {
        case .sha256: "sha256"
        case .seam: "seam"
        }
    }
}

extension ImportFormat: FieldNumber {
    init?(fieldNumber: Int64) { self.init(rawValue: fieldNumber) }
    var fieldNumber: Int64 { rawValue }
}

/// What only an imported key has: another issuer made its secret.
package struct ImportFields<Text: FieldText> {
    package var format: ImportFormat
    /// The public start of its secret, shown to people; several keys may have the same.
    package var foreignPrefix: Text?

    package init(format: ImportFormat, foreignPrefix: Text? = nil) {
        self.format = format
        self.foreignPrefix = foreignPrefix
    }

    @inline(__always)
    static func visit<V: KeyFieldVisitor>(
        _ fields: inout Self?, _ visitor: inout V
    ) throws(V.Failure) where V.Text == Text {
        var (format, foreignPrefix) = (fields?.format, fields?.foreignPrefix)
        try visitor.number(KeyField("import_format", since: 10), &format)
        try visitor.text(KeyField("foreign_prefix", since: 10), &foreignPrefix)
        fields = format.map { Self(format: $0, foreignPrefix: foreignPrefix) }
    }
}

extension ImportFields: Equatable where Text: Equatable {}
extension ImportFields: Hashable where Text: Hashable {}
extension ImportFields: Sendable where Text: Sendable {}
