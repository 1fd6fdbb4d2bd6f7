/// A piece of HTML. Only string literals of this module become markup; every other text is escaped.
///
/// ```swift
/// let cell: HTML = "<td>\(key.name)</td>"
/// ```
package struct HTML: Hashable, Sendable {
    /// The markup.
    package private(set) var text: String

    private init(markup: String) {
        text = markup
    }

    /// The style or the script of this package, for the element that contains it.
    init(asset: [UInt8]) {
        self.init(markup: String(decoding: asset, as: UTF8.self))
    }

    /// Nothing.
    static let empty = HTML(markup: "")

    /// A text, escaped for an element and for a quoted attribute.
    init(text: String) {
        self.init(markup: text.escapedForHTML)
    }

    static func + (left: HTML, right: HTML) -> HTML {
        HTML(markup: left.text + right.text)
    }

    static func += (left: inout HTML, right: HTML) {
        left.text += right.text
    }
}

extension HTML: ExpressibleByStringInterpolation {
    /// The literal parts are markup; an interpolated text is escaped.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var markup: String

        package init(literalCapacity: Int, interpolationCount: Int) {
            markup = ""
            markup.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            markup += literal.description
        }

        package mutating func appendInterpolation(_ text: String) {
            markup += text.escapedForHTML
        }

        package mutating func appendInterpolation(_ number: Int) {
            markup += String(number)
        }

        package mutating func appendInterpolation(_ html: HTML) {
            markup += html.text
        }

        /// Nothing for `nil`.
        package mutating func appendInterpolation(_ html: HTML?) {
            if let html { markup += html.text }
        }
    }

    package init(stringInterpolation: StringInterpolation) {
        self.init(markup: stringInterpolation.markup)
    }

    package init(stringLiteral markup: StaticString) {
        self.init(markup: markup.description)
    }
}

extension Sequence where Element == HTML {
    /// The pieces in order.
    func joined(separator: HTML = .empty) -> HTML {
        var whole = HTML.empty
        for (index, piece) in enumerated() {
            if index > 0 { whole += separator }
            whole += piece
        }
        return whole
    }
}

extension String {
    /// The text with `&`, `<`, `>`, `"` and `'` replaced.
    ///
    /// It works on UTF-8 bytes. By `Character`, a quote followed by a combining mark would not be a quote, and would
    /// end an attribute.
    fileprivate var escapedForHTML: String {
        guard utf8.contains(where: { Self.entity(for: $0) != nil }) else { return self }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count + 32)
        for byte in utf8 {
            if let entity = Self.entity(for: byte) {
                bytes += Array(entity.utf8)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func entity(for byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }
}
