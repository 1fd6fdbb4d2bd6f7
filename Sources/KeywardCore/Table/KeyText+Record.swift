import KeywardBase

/// Makes the text of a key from its row.
///
/// If no text needs escapes, the pieces are the row's own texts. Together they equal the output of the renderer.
/// Otherwise the renderer makes the whole reply.
struct KeyTextWriter: ~Copyable {
    private var buffer = ByteBuffer(capacity: 1_024)
    private let renderer: ReplyRenderer

    init(_ renderer: ReplyRenderer) {
        self.renderer = renderer
    }

    /// The text of `key`, in the workspace `workspace`; valid until the next one is written.
    mutating func write(_ key: KeyRow, in workspace: String) -> UnsafeRawBufferPointer {
        let form = Self.form(of: key)
        if form.contains(.isDamaged) {
            // The record replaces invalid UTF-8.
            return KeyRecord(key).withRow { write($0, in: workspace) }
        }
        buffer.truncate(to: 0)
        buffer.fill(atMost: Self.headSize) { $0.count }
        if form.isEmpty, let head = writePieces(of: key) {
            buffer.appendRest(of: key, isWhole: false)
            return finish(head, of: key)
        }
        buffer.truncate(to: Self.headSize)
        let reply = renderer.fixedPart(KeyRecord(key), workspace)
        var head = KeyText.Head()
        (head.id, head.name, head.isWhole) = (UInt16(key.id.count), UInt16(key.name.count), true)
        head.metadata = UInt32(reply.count)
        buffer.append(key.name.bytes)
        buffer.append(key.id.bytes)
        reply.withUnsafeBytes { buffer.append($0) }
        buffer.appendRest(of: key, isWhole: true)
        return finish(head, of: key)
    }

    private static let headSize = MemoryLayout<KeyText.Head>.stride

    private mutating func finish(_ head: KeyText.Head, of key: KeyRow) -> UnsafeRawBufferPointer {
        var head = head
        head.createdAt = key.createdAt
        head.notice = UInt32(clamping: StatusFacts.notice(forLifetime: key.lifetime).milliseconds)
        head.size = UInt32(buffer.count)
        buffer.replaceFirst(with: head)
        return buffer.withUnsafeBytes { $0 }
    }

    /// `nil` if one is too long.
    private mutating func writePieces(of key: KeyRow) -> KeyText.Head? {
        var head = KeyText.Head()
        (head.id, head.name, head.metadata) = (UInt16(key.id.count), UInt16(key.name.count), 0)
        buffer.append(key.name.bytes)
        buffer.append(key.id.bytes)
        let attributes = key.attributes
        if let owner = attributes.owner {
            head.isOwnerNameOnly = owner.name != nil && owner.contact == nil && owner.principal == nil
        }
        let ownerSize = append(attributes.owner, isNameOnly: head.isOwnerNameOnly)
        let scopes = attributes.scopes.text
        guard ownerSize <= UInt16.max, scopes.count <= UInt16.max else { return nil }
        (head.owner, head.scopes) = (UInt16(ownerSize), UInt16(scopes.count))
        buffer.append(scopes.bytes)
        head.metadata = UInt32(attributes.metadata.count)
        buffer.append(attributes.metadata.bytes)
        let start = buffer.count
        if let expiry = key.expiresAt {
            let instant = renderer.instant
            buffer.fill(atMost: ReplyRenderer.longestInstant) { instant(expiry, $0) }
        } else {
            buffer.append("null")
        }
        head.expiresAt = UInt8(buffer.count - start)
        return head
    }

    /// Appends the owner as JSON, or only its name; the number of bytes.
    private mutating func append(_ owner: OwnerFields<BorrowedText>?, isNameOnly: Bool) -> Int {
        let start = buffer.count
        if let owner, let name = owner.name, isNameOnly {
            buffer.append(name.bytes)
        } else if let owner {
            appendOwnerMember(KeyText.ownerMembers.name, owner.name)
            appendOwnerMember(KeyText.ownerMembers.contact, owner.contact)
            appendOwnerMember(KeyText.ownerMembers.principal, owner.principal)
            buffer.append(UInt8(ascii: "}"))
        } else {
            buffer.append("null")
        }
        return buffer.count - start
    }

    private mutating func appendOwnerMember(_ start: StaticString, _ text: BorrowedText?) {
        buffer.append(start)
        guard let text else { return buffer.append("null") }
        buffer.append(UInt8(ascii: "\""))
        buffer.append(text.bytes)
        buffer.append(UInt8(ascii: "\""))
    }

    /// The properties of the key's texts that prevent copying them into a reply.
    private static func form(of key: KeyRow) -> TextForm {
        let attributes = key.attributes
        var form = TextForm(of: attributes.metadata.bytes).subtracting(.needsEscapes)
            .union(TextForm(of: key.id.bytes)).union(TextForm(of: key.name.bytes))
        if let owner = attributes.owner {
            form.formUnion(TextForm(of: owner.name).union(TextForm(of: owner.contact)))
            form.formUnion(TextForm(of: owner.principal))
        }
        return attributes.scopes.isPlain ? form : form.union(TextForm(of: attributes.scopes.text.bytes))
    }
}
extension KeyText {
    /// The start of each member of an owner, in JSON.
    static var ownerMembers: (name: StaticString, contact: StaticString, principal: StaticString) {
        (#"{"name":"#, #","contact":"#, #","principal":"#)
    }

    /// The owner from its piece; only if the reply is not whole.
    var plainOwner: OwnerRecord? {
        guard let texts = plainOwnerTexts else { return nil }
        func text(_ bytes: UnsafeRawBufferPointer?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
        return OwnerRecord(name: text(texts.name), contact: text(texts.contact), principal: text(texts.principal))
    }

    typealias OwnerTexts = (
        name: UnsafeRawBufferPointer?, contact: UnsafeRawBufferPointer?, principal: UnsafeRawBufferPointer?
    )

    /// The owner's texts from its piece; only if the reply is not whole, so that none needs escapes.
    var plainOwnerTexts: OwnerTexts? {
        if head.isOwnerNameOnly { return (owner, nil, nil) }
        var rest = owner[...]
        guard rest.count > 4 else { return nil }
        func text(_ member: StaticString) -> UnsafeRawBufferPointer? {
            rest = rest.dropFirst(member.utf8CodeUnitCount)
            guard rest.first == UInt8(ascii: "\"") else {
                rest = rest.dropFirst(4)
                return nil
            }
            rest = rest.dropFirst()
            let end = rest.firstIndex(of: UInt8(ascii: "\"")) ?? rest.endIndex
            defer { rest = rest[end...].dropFirst() }
            return UnsafeRawBufferPointer(rebasing: rest[..<end])
        }
        let name = text(Self.ownerMembers.name)
        let contact = text(Self.ownerMembers.contact)
        return (name, contact, text(Self.ownerMembers.principal))
    }

    /// The scopes from their piece; only if the reply is not whole.
    var plainScopes: [String] {
        // Split at quotes, every second part is a scope.
        scopes.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String(decoding: $0.element, as: UTF8.self) }
    }
}
