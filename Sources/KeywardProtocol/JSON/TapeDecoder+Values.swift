extension TapeDecoder {
    /// Decodes the value at `node` as a `T`.
    func decode<T: Decodable>(_ type: T.Type, at node: Int, path: [any CodingKey]) throws -> T {
        if let value = try scalar(type, at: node, path: path) { return value }
        if let word = type as? any Word.Type { return try decodeWord(word, at: node, path: path) as! T }
        if type == JSONText.self { return try decodeText(at: node, path: path) as! T }
        return try TapeDecoder(source, node: node, path: path).whole(type)
    }

    /// Decodes this decoder's own value as a `T`, and refuses members that `T` does not read.
    func whole<T: Decodable>(_ type: T.Type) throws -> T {
        do {
            let value = try type.init(from: self)
            try refuseUnasked()
            return value
        } catch DecodingError.dataCorrupted(let context) {
            throw context.codingPath.fault(context.debugDescription)
        }
    }

    /// Decodes a string, a number or a Boolean; `nil` if `T` is another type.
    private func scalar<T>(_ type: T.Type, at node: Int, path: [any CodingKey]) throws -> T? {
        switch type {
        case is String.Type: try string(at: node, path: path) as? T
        case is Bool.Type: try bool(at: node, path: path) as? T
        case is Double.Type: try double(at: node, path: path) as? T
        case let integer as any FixedWidthInteger.Type: try self.integer(integer, at: node, path: path) as? T
        default: nil
        }
    }

    func string(at node: Int, path: [any CodingKey]) throws(ParamsFault) -> String {
        guard source.nodes[node].kind == .string else { throw path.fault("must be a string") }
        return source.string(node)
    }

    func bool(at node: Int, path: [any CodingKey]) throws(ParamsFault) -> Bool {
        switch source.nodes[node].kind {
        case .true: return true
        case .false: return false
        default: throw path.fault("must be true or false")
        }
    }

    func double(at node: Int, path: [any CodingKey]) throws(ParamsFault) -> Double {
        guard source.nodes[node].kind == .number, let value = Double(source.written(source.nodes[node].range)),
            value.isFinite
        else { throw path.fault("must be a number") }
        return value
    }

    func integer<T: FixedWidthInteger>(_ type: T.Type, at node: Int, path: [any CodingKey]) throws(ParamsFault) -> T {
        let value = source.nodes[node]
        guard value.isInteger else { throw path.fault("must be an integer") }
        let digits = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(source.text)[value.range])
        guard let number = JSONNumber.integer(digits, as: type) else {
            throw path.fault("must be an integer from \(T.min) to \(T.max)")
        }
        return number
    }

    private func decodeWord<W: Word>(_ type: W.Type, at node: Int, path: [any CodingKey]) throws(ParamsFault) -> W {
        let word = W(rawValue: try string(at: node, path: path))
        guard
            source.manner == .tolerant
                || W.known.contains(where: { $0.rawValue.utf8.elementsEqual(word.rawValue.utf8) })
        else {
            let known = W.known.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw path.fault("must be one of \(known)")
        }
        return word
    }

    private func decodeText(at node: Int, path: [any CodingKey]) throws(ParamsFault) -> JSONText {
        guard source.manner == .tolerant || source.nodes[node].kind == .object else {
            throw path.fault("must be an object")
        }
        return JSONText(source.written(source.nodes[node].range))
    }
}
