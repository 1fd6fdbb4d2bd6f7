/// The content of a request line.
package enum RequestLine: Sendable {
    case request(Request)
    /// The node of an array with 1 to ``largestBatch`` elements; read each with ``JSONTape/request(at:in:)``.
    case batch(Int)
    case refused(RequestFault)

    /// The largest number of requests in a batch.
    package static let largestBatch = 100
}

extension JSONTape {
    /// Scans and classifies a request line.
    package mutating func read(line: Span<UInt8>) -> RequestLine {
        do {
            try scan(line)
        } catch {
            return .refused(RequestFault(.json(error), id: error.code == .invalidRequest ? idReadSoFar(in: line) : nil))
        }
        if self[0].kind == .array { return batch() }
        do {
            return .request(try request(at: 0, in: line))
        } catch {
            return .refused(error)
        }
    }

    private func batch() -> RequestLine {
        var count = 0
        var element = 1
        while element < self.count {
            count += 1
            element = next(element)
        }
        if count == 0 { return .refused(RequestFault(.emptyBatch)) }
        return count <= RequestLine.largestBatch ? .batch(0) : .refused(RequestFault(.oversizedBatch))
    }

    /// Reads the request at `index`: the line's own value, or an element of a batch.
    package func request(at index: Int, in line: Span<UInt8>) throws(RequestFault) -> Request {
        guard self[index].kind == .object else { throw RequestFault(.notAnObject) }
        let members = envelope(of: index, in: line)
        var id: Range<Int>?
        if let node = members.id { id = try echoable(node) }
        guard let version = members.version, equals(version, "2.0", in: line) else {
            throw RequestFault(.version, id: id)
        }
        guard let method = members.method, self[method].kind == .string else { throw RequestFault(.method, id: id) }
        guard let params = members.params else { return Request(id: id, method: method, params: nil) }
        switch self[params].kind {
        case .object: return Request(id: id, method: method, params: params)
        case .array where id == nil: return Request(id: nil, method: method, params: nil)
        case .array: throw RequestFault(.positionalParams, id: id)
        default: throw RequestFault(.params, id: id)
        }
    }

    /// The values of the members that JSON-RPC defines; others are ignored.
    private struct Envelope {
        var version: Int?
        var id: Int?
        var method: Int?
        var params: Int?
    }

    private func envelope(of object: Int, in line: Span<UInt8>) -> Envelope {
        var found = Envelope()
        let end = next(object)
        var name = object + 1
        while name < end {
            switch shortName(name, in: line) {
            case "id": found.id = name + 1
            case "method": found.method = name + 1
            case "params": found.params = name + 1
            case "jsonrpc": found.version = name + 1
            default: break
            }
            name = next(name + 1)
        }
        return found
    }

    /// The bytes of an id, if JSON-RPC and the limits of this protocol allow it.
    private func echoable(_ index: Int) throws(RequestFault) -> Range<Int> {
        let node = self[index]
        let isAllowed =
            switch node.kind {
            case .string: node.contents.count <= Request.longestID
            case .number: node.isInteger && node.range.count <= Request.longestID
            case .null: true
            default: false
            }
        guard isAllowed else { throw RequestFault(.id) }
        return node.range
    }

    /// The id of a request whose scan stopped at a limit, if the id came before that.
    private func idReadSoFar(in line: Span<UInt8>) -> Range<Int>? {
        guard count > 0, self[0].kind == .object else { return nil }
        var name = 1
        while name + 1 < count, !isUnclosed(name + 1) {
            if equals(name, "id", in: line) { return try? echoable(name + 1) }
            name = next(name + 1)
        }
        return nil
    }

    private func isUnclosed(_ index: Int) -> Bool {
        let node = self[index]
        return (node.kind == .object || node.kind == .array) && node.range.count == 1
    }
}
