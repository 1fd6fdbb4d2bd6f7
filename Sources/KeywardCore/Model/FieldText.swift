/// A form of text: owned or borrowed.
package protocol FieldText {
    associatedtype ScopeList

    static var empty: Self { get }
    /// `{}`.
    static var emptyObject: Self { get }
    static var noScopes: ScopeList { get }

    init(_ text: BorrowedText)
    var string: String { get }
    /// Lends the text as long as `loan` exists.
    func borrowed(_ loan: TextLoan) -> BorrowedText
    /// Parses the output of ``ScopeText/encode(_:)``; `nil` for anything else.
    static func scopes(_ text: BorrowedText) -> ScopeList?
    /// Lends scopes in that format.
    static func borrowed(_ scopes: ScopeList, _ loan: TextLoan) -> BorrowedText
}

extension String: FieldText {
    package static var empty: String { "" }
    package static var emptyObject: String { "{}" }
    package static var noScopes: [String] { [] }

    package init(_ text: BorrowedText) { self = text.string }
    package var string: String { self }
    package func borrowed(_ loan: TextLoan) -> BorrowedText { loan.lend(self) }
    package static func scopes(_ text: BorrowedText) -> [String]? { ScopeText.decode(text.bytes) }
    package static func borrowed(_ scopes: [String], _ loan: TextLoan) -> BorrowedText {
        loan.lend(ScopeText.encode(scopes))
    }
}

extension BorrowedText: FieldText {
    package static var empty: BorrowedText { BorrowedText("") }
    package static var emptyObject: BorrowedText { BorrowedText("{}") }
    package static var noScopes: BorrowedScopes { BorrowedScopes() }

    package init(_ text: BorrowedText) { self = text }
    package func borrowed(_ loan: TextLoan) -> BorrowedText { self }
    package static func scopes(_ text: BorrowedText) -> BorrowedScopes? { BorrowedScopes(text) }
    package static func borrowed(_ scopes: BorrowedScopes, _ loan: TextLoan) -> BorrowedText { scopes.text }
}

/// Scopes in the format of their column.
package struct BorrowedScopes {
    /// The output of ``ScopeText/encode(_:)``.
    let text: BorrowedText
    /// The result of ``ScopeText/isPlain(_:)``.
    let isPlain: Bool

    init() { (text, isPlain) = (BorrowedText("[]"), true) }

    /// `nil` if they are not scopes.
    init?(_ text: BorrowedText) {
        self.text = text
        isPlain = ScopeText.isPlain(text.bytes)
        if !isPlain, ScopeText.decode(text.bytes) == nil { return nil }
    }
}

/// Memory for texts that are lent together.
package final class TextLoan {
    private var chunks: [UnsafeMutableRawPointer] = []
    private var (next, left): (UnsafeMutableRawPointer?, Int) = (nil, 0)
    private static let chunkSize = 2_048

    deinit {
        for chunk in chunks { chunk.deallocate() }
    }

    func lend(_ text: String) -> BorrowedText {
        var text = text
        return text.withUTF8 { lend(UnsafeRawBufferPointer($0)) }
    }

    func lend(_ bytes: UnsafeRawBufferPointer) -> BorrowedText {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return .empty }
        if bytes.count > left {
            left = max(bytes.count, Self.chunkSize)
            let chunk = UnsafeMutableRawPointer.allocate(byteCount: left, alignment: 1)
            chunks.append(chunk)
            next = chunk
        }
        guard let start = next else { return .empty }
        start.copyMemory(from: source, byteCount: bytes.count)
        next = start + bytes.count
        left -= bytes.count
        return BorrowedText(UnsafeRawBufferPointer(start: start, count: bytes.count))
    }
}
