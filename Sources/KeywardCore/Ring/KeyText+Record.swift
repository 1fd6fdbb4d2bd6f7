/// Makes the text of a key from its record, and the record from the text.
struct KeyTextWriter {
    private var bytes: [UInt8] = []
    private var head = KeyText.Head()

    /// The text of `key`, whose replies have the fixed part `reply` in the workspace `workspace`.
    mutating func write(_ key: KeyRecord, reply: [UInt8], workspace: String) -> [UInt8] {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: repeatElement(0, count: MemoryLayout<KeyText.Head>.stride))
        head = KeyText.Head()
        head.id = UInt16(append(key.id))
        head.name = UInt16(append(key.name))
        let start = bytes.count
        head.owner = UInt16(clamping: appendOwner(key.owner))
        head.scopes = UInt16(clamping: appendScopes(key.scopes))
        head.metadata = UInt32(append(key.metadata))
        let expiresAt = end(of: reply, workspace)
        if let expiresAt, head.owner < .max, head.scopes < .max {
            bytes += expiresAt
            head.expiresAt = UInt16(expiresAt.count)
            head.replySize = UInt32(
                bytes.count - MemoryLayout<KeyText.Head>.stride + KeyText.constantSize)
        } else {
            bytes.removeSubrange(start...)
            bytes += reply
            (head.owner, head.scopes, head.metadata, head.isWhole) = (0, 0, UInt32(reply.count), true)
        }
        var rest = PackedWriter(bytes: bytes)
        rest.appendRest(of: key, isWhole: head.isWhole)
        bytes = rest.bytes
        head.size = UInt32(bytes.count)
        withUnsafeBytes(of: head) { bytes.replaceSubrange(0..<$0.count, with: $0) }
        return bytes
    }

    /// How `reply` writes the expiry, if it is made of the pieces that were written; else `nil`.
    private func end(of reply: [UInt8], _ workspace: String) -> ArraySlice<UInt8>? {
        var rest = reply[...]
        var place = MemoryLayout<KeyText.Head>.stride
        func take(_ expected: some Collection<UInt8>) -> Bool {
            guard rest.starts(with: expected) else { return false }
            rest = rest.dropFirst(expected.count)
            return true
        }
        func piece(_ count: some BinaryInteger) -> ArraySlice<UInt8> {
            defer { place += Int(count) }
            return bytes[place..<place + Int(count)]
        }
        let isMade =
            take(#""keyId":""#.utf8) && take(piece(head.id)) && take(#"","workspace":""#.utf8)
            && take(workspace.utf8) && take(#"","name":""#.utf8) && take(piece(head.name)) && take(#"","owner":"#.utf8)
            && take(piece(head.owner)) && take(#","scopes":"#.utf8) && take(piece(head.scopes))
            && take(#","metadata":"#.utf8) && take(piece(head.metadata)) && take(#","expiresAt":"#.utf8)
        return isMade && rest.count <= 64 ? rest : nil
    }

    private mutating func append(_ text: String) -> Int {
        bytes.append(contentsOf: text.utf8)
        return text.utf8.count
    }

    /// As JSON, if no text in it needs escapes.
    private mutating func appendOwner(_ owner: OwnerRecord?) -> Int {
        let start = bytes.count
        guard let owner else {
            bytes += "null".utf8
            return 4
        }
        for (name, text) in zip(KeyText.ownerMembers, [owner.name, owner.contact, owner.principal]) {
            bytes += name.utf8
            bytes += (text.map { "\"" + $0 + "\"" } ?? "null").utf8
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes.count - start
    }

    private mutating func appendScopes(_ scopes: [String]) -> Int {
        let start = bytes.count
        bytes.append(UInt8(ascii: "["))
        for (place, scope) in scopes.enumerated() {
            bytes += (place == 0 ? "\"" : ",\"").utf8
            bytes += scope.utf8
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes.count - start
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
        let members = Self.ownerMembers.map(text)
        return OwnerRecord(name: members[0], contact: members[1], principal: members[2])
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
