/// The texts of one key in contiguous memory: the parts of its replies, ready to copy, then the rest of its record.
///
/// A reply is composed of pieces that the record shares, so that no text is stored twice. If a text needs escapes, the
/// pieces would differ from the renderer's output. Then the text contains the whole rendered reply instead.
///
/// For use under the registry's lock only: ``RegistryState`` replaces it when the key changes.
package struct KeyText {
    /// Two facts of the key's status, and the lengths of the pieces, in order.
    struct Head {
        var createdAt = Instant.distantPast
        /// How long before its end the key counts as expiring, in milliseconds.
        var notice: UInt32 = 0
        var size: UInt32 = 0
        /// JSON: the metadata, or the whole reply.
        var metadata: UInt32 = 0
        var name: UInt16 = 0
        var id: UInt16 = 0
        /// JSON: an object or `null`; of an owner with only a name, the name.
        var owner: UInt16 = 0
        /// JSON: an array of strings.
        var scopes: UInt16 = 0
        /// JSON: a string or `null`.
        var expiresAt: UInt8 = 0
        var isWhole = false
        var isOwnerNameOnly = false
    }

    let base: UnsafeMutableRawPointer

    var head: Head { base.load(as: Head.self) }
    private var pieces: UnsafeMutableRawPointer { base + MemoryLayout<Head>.stride }

    /// First, because lists compare it: it is mostly in the same cache line as the head.
    var name: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: pieces, count: Int(head.name)) }
    var id: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pieces + Int(head.name), count: Int(head.id))
    }
    var owner: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: id.baseAddress! + id.count, count: Int(head.owner))
    }
    var scopes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: owner.baseAddress! + owner.count, count: Int(head.scopes))
    }
    var metadata: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: scopes.baseAddress! + scopes.count, count: Int(head.metadata))
    }
    /// The part of its record that is not in the pieces (``KeyRecord/init(_:_:)``).
    var rest: UnsafeRawBufferPointer {
        let start = metadata.baseAddress! + metadata.count + Int(head.expiresAt)
        return UnsafeRawBufferPointer(start: start, count: Int(head.size) - (start - UnsafeRawPointer(base)))
    }

    /// The most bytes that ``writeReply(_:to:)`` writes, also beyond the reply.
    package func mostReplyBytes(_ workspace: UnsafeRawBufferPointer) -> Int {
        Self.frameSize + Int(head.size) + workspace.count + Self.shortPiece
    }

    /// A piece of at most this length is copied with a fixed length, which takes a few instructions instead of a call.
    /// As many bytes after a text must be readable.
    package static let shortPiece = 32

    /// Writes the members of the key for every verification; returns the number of bytes.
    @inline(__always)
    package func writeReply(_ workspace: UnsafeRawBufferPointer, to buffer: UnsafeMutableRawPointer) -> Int {
        let head = head
        var source = UnsafeRawPointer(pieces)
        var target = buffer
        func copy(_ start: UnsafeRawPointer, _ count: Int) {
            if count <= Self.shortPiece {
                target.copyMemory(from: start, byteCount: Self.shortPiece)
            } else {
                target.copyMemory(from: start, byteCount: count)
            }
            target += count
        }
        func piece(_ count: some BinaryInteger) {
            copy(source, Int(count))
            source += Int(count)
        }
        func constant(_ text: StaticString) {
            target.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
            target += text.utf8CodeUnitCount
        }
        if head.isWhole {
            target.copyMemory(from: source + Int(head.name) + Int(head.id), byteCount: Int(head.metadata))
            return Int(head.metadata)
        }
        let name = UnsafeRawPointer(pieces)
        source += Int(head.name)
        constant(#""keyId":""#)
        piece(head.id)
        constant(#"","workspace":""#)
        if let start = workspace.baseAddress { target.copyMemory(from: start, byteCount: workspace.count) }
        target += workspace.count
        constant(#"","name":""#)
        copy(name, Int(head.name))
        if head.isOwnerNameOnly {
            constant(#"","owner":{"name":""#)
            piece(head.owner)
            constant(#"","contact":null,"principal":null},"scopes":"#)
        } else {
            constant(#"","owner":"#)
            piece(head.owner)
            constant(#","scopes":"#)
        }
        piece(head.scopes)
        constant(#","metadata":"#)
        piece(head.metadata)
        constant(#","expiresAt":"#)
        piece(head.expiresAt)
        return target - buffer
    }

    /// The number of bytes around the pieces, with those around the name of an owner with only a name.
    private static let frameSize =
        #""keyId":"","workspace":"","name":"","owner":{"name":"","contact":null,"principal":null}"#.utf8.count
        + #","scopes":,"metadata":,"expiresAt":"#.utf8.count
}
