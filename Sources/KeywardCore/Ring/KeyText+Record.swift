#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Makes the text of a key from its record, and the record from the text.
struct KeyTextWriter {
    private var packed = PackedWriter(bytes: [])
    private var head = KeyText.Head()
    private var made: [UInt8] = []

    /// The text of `key`, whose replies have the fixed part `reply` in the workspace `workspace`.
    mutating func write(_ key: KeyRecord, reply: [UInt8], workspace: String) -> [UInt8] {
        packed.bytes.removeAll(keepingCapacity: true)
        packed.bytes.append(contentsOf: repeatElement(0, count: MemoryLayout<KeyText.Head>.stride))
        head = KeyText.Head()
        head.id = UInt16(append(key.id))
        head.name = UInt16(append(key.name))
        let start = packed.bytes.count
        head.owner = UInt16(clamping: appendOwner(key.owner))
        head.scopes = UInt16(clamping: appendScopes(key.scopes))
        head.metadata = UInt32(append(key.metadata))
        if head.owner < .max, head.scopes < .max, let count = expiryCount(in: reply, workspace) {
            packed.bytes += reply.suffix(count)
            head.expiresAt = UInt16(count)
            head.replySize = UInt32(reply.count - workspace.utf8.count)
        } else {
            packed.bytes.removeSubrange(start...)
            packed.bytes += reply
            (head.owner, head.scopes, head.metadata, head.isWhole) = (0, 0, UInt32(reply.count), true)
            head.isOwnerShort = false
        }
        packed.appendRest(of: key, isWhole: head.isWhole)
        head.size = UInt32(packed.bytes.count)
        let head = head
        packed.bytes.withUnsafeMutableBytes { $0.storeBytes(of: head, as: KeyText.Head.self) }
        return packed.bytes
    }

    /// How many bytes of `reply` write the expiry, if it is made of the pieces that were written; else `nil`.
    private mutating func expiryCount(in reply: [UInt8], _ workspace: String) -> Int? {
        made.removeAll(keepingCapacity: true)
        var place = MemoryLayout<KeyText.Head>.stride
        func piece(_ count: some BinaryInteger) -> ArraySlice<UInt8> {
            defer { place += Int(count) }
            return packed.bytes[place..<place + Int(count)]
        }
        made += #""keyId":""#.utf8
        made += piece(head.id)
        made += #"","workspace":""#.utf8
        made += workspace.utf8
        made += #"","name":""#.utf8
        made += piece(head.name)
        made += #"","owner":"#.utf8
        made += piece(head.owner)
        if head.isOwnerShort { made += KeyText.shortOwnerEnd.description.utf8 }
        made += #","scopes":"#.utf8
        made += piece(head.scopes)
        made += #","metadata":"#.utf8
        made += piece(head.metadata)
        made += #","expiresAt":"#.utf8
        guard made.count <= reply.count, memcmp(made, reply, made.count) == 0 else { return nil }
        return reply.count - made.count <= 64 ? reply.count - made.count : nil
    }

    private mutating func append(_ text: String) -> Int {
        let start = packed.bytes.count
        packed.bytes.append(contentsOf: text.utf8)
        return packed.bytes.count - start
    }

    /// As JSON, if no text in it needs escapes.
    private mutating func appendOwner(_ owner: OwnerRecord?) -> Int {
        guard let owner else { return append("null") }
        head.isOwnerShort = owner.name != nil && owner.contact == nil && owner.principal == nil
        let start = packed.bytes.count
        appendOwnerMember(KeyText.ownerMembers[0], owner.name)
        if !head.isOwnerShort {
            appendOwnerMember(KeyText.ownerMembers[1], owner.contact)
            appendOwnerMember(KeyText.ownerMembers[2], owner.principal)
            packed.bytes.append(UInt8(ascii: "}"))
        }
        return packed.bytes.count - start
    }

    private mutating func appendOwnerMember(_ start: String, _ text: String?) {
        packed.bytes += start.utf8
        guard let text else {
            packed.bytes += "null".utf8
            return
        }
        packed.bytes.append(UInt8(ascii: "\""))
        packed.bytes += text.utf8
        packed.bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendScopes(_ scopes: [String]) -> Int {
        let start = packed.bytes.count
        packed.bytes.append(UInt8(ascii: "["))
        for (place, scope) in scopes.enumerated() {
            if place > 0 { packed.bytes.append(UInt8(ascii: ",")) }
            packed.bytes.append(UInt8(ascii: "\""))
            packed.bytes += scope.utf8
            packed.bytes.append(UInt8(ascii: "\""))
        }
        packed.bytes.append(UInt8(ascii: "]"))
        return packed.bytes.count - start
    }
}

extension KeyText {
    /// How each member of an owner begins, in JSON.
    static let ownerMembers = ["{\"name\":", ",\"contact\":", ",\"principal\":"]

    /// The owner that its piece tells of; only where the reply is not whole, so that no text in it needs escapes.
    var plainOwner: OwnerRecord? {
        var rest = owner[...]
        guard rest.count > 4 else { return nil }
        func text(_ member: String) -> String? {
            rest = rest.dropFirst(member.utf8.count)
            guard rest.first == UInt8(ascii: "\"") else {
                rest = rest.dropFirst(4)
                return nil
            }
            rest = rest.dropFirst()
            let end = rest.firstIndex(of: UInt8(ascii: "\"")) ?? rest.endIndex
            defer { rest = rest[end...].dropFirst() }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
        let name = text(Self.ownerMembers[0])
        if head.isOwnerShort { return OwnerRecord(name: name, contact: nil, principal: nil) }
        return OwnerRecord(name: name, contact: text(Self.ownerMembers[1]), principal: text(Self.ownerMembers[2]))
    }

    /// The scopes that their piece tells of; only where the reply is not whole.
    var plainScopes: [String] {
        // Between quotes stands in turn what is no scope and what is one.
        scopes.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String(decoding: $0.element, as: UTF8.self) }
    }

    /// Whether the key's scopes cover each of `required`.
    func covers(_ required: ArraySlice<[UInt8]>, digest: Digest) -> Bool {
        let held = head.isWhole ? KeyRecord(self, digest: digest).scopes : plainScopes
        return required.allSatisfy { needed in needed.withUnsafeBytes { Scope.covers(held, $0) } }
    }
}
