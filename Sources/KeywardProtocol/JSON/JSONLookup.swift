package import KeywardBase

// Access to the nodes of a tape. `text` is always the text that was scanned.
extension JSONTape {
    /// Calls `body` with the nodes of each member's name and value, in the order of the text.
    @inlinable package func forEachMember<E: Error>(
        of object: Int, _ body: (_ name: Int, _ value: Int) throws(E) -> Void
    ) throws(E) {
        let end = next(object)
        var name = object + 1
        while name < end {
            try body(name, name + 1)
            name = next(name + 1)
        }
    }

    /// Calls `body` with the node of each element, in order.
    @inlinable package func forEachElement<E: Error>(
        of array: Int, _ body: (_ element: Int) throws(E) -> Void
    ) throws(E) {
        let end = next(array)
        var element = array + 1
        while element < end {
            try body(element)
            element = next(element)
        }
    }

    /// The node of the value of `object`'s member `name`.
    @inlinable package func member(_ name: StaticString, of object: Int, in text: Span<UInt8>) -> Int? {
        let end = next(object)
        var candidate = object + 1
        while candidate < end {
            if equals(candidate, name, in: text) { return candidate + 1 }
            candidate = next(candidate + 1)
        }
        return nil
    }

    /// Whether the node is a string and equals `word` after its escapes are decoded.
    @inlinable package func equals(_ index: Int, _ word: StaticString, in text: Span<UInt8>) -> Bool {
        equals(index, UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount), in: text)
    }

    /// Whether the node is a string and equals `bytes` after its escapes are decoded.
    @inlinable package func equals(_ index: Int, _ bytes: Span<UInt8>, in text: Span<UInt8>) -> Bool {
        bytes.withUnsafeBytes { equals(index, $0, in: text) }
    }

    @inlinable func equals(_ index: Int, _ bytes: UnsafeRawBufferPointer, in text: Span<UInt8>) -> Bool {
        let node = self[index]
        guard node.kind == .string else { return false }
        if node.flag { return equalsDecoded(node, bytes, in: text) }
        let range = node.contents
        guard range.count == bytes.count, let other = bytes.baseAddress else {
            return range.isEmpty && bytes.isEmpty
        }
        precondition(range.upperBound <= text.count)
        return text.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return false }
            return JSONString.equalBytes(base + range.lowerBound, other, range.count)
        }
    }

    @usableFromInline func equalsDecoded(
        _ node: Node, _ bytes: UnsafeRawBufferPointer, in text: Span<UInt8>
    ) -> Bool {
        withDecoded(node, in: text) { decoded in
            for byte in bytes {
                guard decoded.next() == byte else { return false }
            }
            return decoded.next() == nil
        }
    }

    /// Appends a string's decoded bytes.
    package func appendString(_ index: Int, in text: Span<UInt8>, to buffer: inout ByteBuffer) {
        let node = self[index]
        precondition(node.kind == .string)
        if node.flag {
            withDecoded(node, in: text) { decoded in
                while let byte = decoded.next() { buffer.append(byte) }
            }
        } else {
            buffer.append(text.extracting(node.contents))
        }
    }

    /// A string's decoded text; `nil` for a node that is not a string.
    package func string(_ index: Int, in text: Span<UInt8>) -> String? {
        let node = self[index]
        guard node.kind == .string else { return nil }
        let contents = node.contents
        return String(unsafeUninitializedCapacity: contents.count) { target in
            withDecoded(node, in: text) { decoded in
                var count = 0
                while let byte = decoded.next() {
                    target[count] = byte
                    count += 1
                }
                return count
            }
        }
    }

    /// The value of an integer; `nil` for any other node, and for a value that `Number` cannot hold.
    package func integer<Number: FixedWidthInteger>(
        _ index: Int, as type: Number.Type = Int.self, in text: Span<UInt8>
    ) -> Number? {
        let node = self[index]
        guard node.isInteger else { return nil }
        return text.extracting(node.range).withUnsafeBytes { JSONNumber.integer($0, as: type) }
    }

    func withDecoded<R>(_ node: Node, in text: Span<UInt8>, _ body: (inout DecodedBytes) -> R) -> R {
        precondition(Int(node.end) <= text.count)
        return text.withUnsafeBytes { buffer in
            // A string has at least two quotes, so the text is not empty and has an address.
            guard let base = buffer.baseAddress else { preconditionFailure() }
            var decoded = DecodedBytes(base: base, range: node.contents)
            return body(&decoded)
        }
    }
}
