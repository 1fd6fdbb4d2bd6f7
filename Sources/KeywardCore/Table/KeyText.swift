/// The texts of one key, in one run of bytes: what its replies tell, ready to be copied, then the rest of its record.
///
/// A reply is put together of pieces of it, so that a record of the key needs them no second time. Where that would
/// not give what the renderer gives (a text needs escapes), the rendered reply stands there whole.
///
/// Whoever holds one holds the registry's lock: ``RegistryState`` replaces it when the key changes.
package struct KeyText {
    /// How long the pieces are; they follow in this order.
    struct Head {
        var size: UInt32 = 0
        var replySize: UInt32 = 0
        /// JSON: the metadata, or the whole reply.
        var metadata: UInt32 = 0
        var id: UInt16 = 0
        var name: UInt16 = 0
        /// JSON: an object or `null`.
        var owner: UInt16 = 0
        /// JSON: an array of strings.
        var scopes: UInt16 = 0
        /// JSON: a string or `null`.
        var expiresAt: UInt16 = 0
        var isWhole = false
        /// Whether the owner has a name alone, so that its piece ends with that.
        var isOwnerShort = false
    }

    let base: UnsafeMutableRawPointer

    var head: Head { base.load(as: Head.self) }
    private var pieces: UnsafeMutableRawPointer { base + MemoryLayout<Head>.stride }

    var id: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: pieces, count: Int(head.id)) }
    var name: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pieces + Int(head.id), count: Int(head.name))
    }
    var owner: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: name.baseAddress! + name.count, count: Int(head.owner))
    }
    var scopes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: owner.baseAddress! + owner.count, count: Int(head.scopes))
    }
    var metadata: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: scopes.baseAddress! + scopes.count, count: Int(head.metadata))
    }
    /// What the pieces leave of its record (``KeyRecord/init(_:_:)``).
    var rest: UnsafeRawBufferPointer {
        let start = metadata.baseAddress! + metadata.count + Int(head.expiresAt)
        return UnsafeRawBufferPointer(start: start, count: Int(head.size) - (start - UnsafeRawPointer(base)))
    }

    /// How many bytes its replies' fixed part has, in a workspace whose name has `workspace` bytes.
    package func replySize(_ workspace: UnsafeRawBufferPointer) -> Int {
        head.isWhole ? Int(head.metadata) : Int(head.replySize) + workspace.count
    }

    /// Writes the members of the key that every verification of it tells; the count of bytes, as ``replySize(_:)``
    /// told.
    @inline(__always)
    package func writeReply(_ workspace: UnsafeRawBufferPointer, to buffer: UnsafeMutableRawPointer) -> Int {
        let head = head
        var source = UnsafeRawPointer(pieces)
        var target = buffer
        func piece(_ count: some BinaryInteger) {
            target.copyMemory(from: source, byteCount: Int(count))
            target += Int(count)
            source += Int(count)
        }
        func constant(_ text: StaticString) {
            target.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
            target += text.utf8CodeUnitCount
        }
        if head.isWhole {
            target.copyMemory(from: source + Int(head.id) + Int(head.name), byteCount: Int(head.metadata))
            return Int(head.metadata)
        }
        constant(#""keyId":""#)
        piece(head.id)
        constant(#"","workspace":""#)
        if let start = workspace.baseAddress { target.copyMemory(from: start, byteCount: workspace.count) }
        target += workspace.count
        constant(#"","name":""#)
        piece(head.name)
        constant(#"","owner":"#)
        piece(head.owner)
        if head.isOwnerShort { constant(KeyText.shortOwnerEnd) }
        constant(#","scopes":"#)
        piece(head.scopes)
        constant(#","metadata":"#)
        piece(head.metadata)
        constant(#","expiresAt":"#)
        piece(head.expiresAt)
        return target - buffer
    }

    /// How many bytes stand around the pieces, the workspace's name not counted.
    static let frameSize =
        #""keyId":"","workspace":"","name":"","owner":,"scopes":,"metadata":,"expiresAt":"#.utf8.count

    /// How the object of an owner with nothing but a name ends.
    static let shortOwnerEnd: StaticString = #","contact":null,"principal":null}"#
}
