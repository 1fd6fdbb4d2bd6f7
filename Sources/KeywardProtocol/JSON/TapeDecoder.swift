/// How a decoder treats members and words that a type does not know.
enum DecodingManner {
    /// For the daemon: unknown members and unknown words are refused.
    case strict
    /// For the client: unknown members are ignored, unknown words kept.
    case tolerant
}

/// A tape and its text, borrowed for one call of `decode`.
///
/// `Decoder` cannot be a type with a lifetime, so these are plain pointers. No value that holds them may escape the
/// call.
struct TapeSource {
    let nodes: UnsafePointer<JSONTape.Node>
    let text: UnsafeBufferPointer<UInt8>
    let manner: DecodingManner

    func string(_ index: Int) -> String {
        let node = nodes[index]
        guard node.hasEscapes, let base = text.baseAddress else { return written(node.contents) }
        var decoded = DecodedBytes(base: UnsafeRawPointer(base), range: node.contents)
        var bytes: [UInt8] = []
        while let byte = decoded.next() { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func written(_ range: Range<Int>) -> String {
        String(decoding: text[range], as: UTF8.self)
    }

    /// The members of an object, or the elements of an array without names.
    func children(of index: Int) -> [(name: String, value: Int)] {
        let isObject = nodes[index].kind == .object
        let end = Int(nodes[index].following)
        var children: [(name: String, value: Int)] = []
        var child = index + 1
        while child < end {
            let value = isObject ? child + 1 : child
            children.append((isObject ? string(child) : "", value))
            child = Int(nodes[value].following)
        }
        return children
    }
}

/// Decodes one value. It records which members were requested, so that the others can be refused.
final class TapeDecoder: Decoder {
    let source: TapeSource
    /// The value's node; `nil` for missing `params`, which count as an empty object.
    let node: Int?
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    let members: [(name: String, value: Int)]
    private var asked: [Bool]
    private var isDelegated = false

    init(_ source: TapeSource, node: Int?, path: [any CodingKey]) {
        self.source = source
        self.node = node
        codingPath = path
        members = node.map { source.nodes[$0].kind == .object ? source.children(of: $0) : [] } ?? []
        asked = Array(repeating: false, count: members.count)
    }

    var kind: JSONTape.Kind { node.map { source.nodes[$0].kind } ?? .object }

    /// The node of a member's value. The member counts as requested from now on.
    ///
    /// It compares bytes, because `String` treats canonically equivalent texts as equal: the Kelvin sign equals `K`.
    func value(of name: String) -> Int? {
        guard let index = members.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return nil }
        asked[index] = true
        return members[index].value
    }

    /// Refuses the first member that the type did not request, after the type was decoded.
    func refuseUnasked() throws(ParamsFault) {
        guard source.manner == .strict, !isDelegated, let index = asked.firstIndex(of: false) else { return }
        throw .unknown(members[index].name, within: codingPath.written)
    }

    func fault(_ message: String) -> ParamsFault { codingPath.fault(message) }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard kind == .object else { throw fault("must be an object") }
        return KeyedDecodingContainer(TapeKeyedContainer(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let node, kind == .array else { throw fault("must be an array") }
        return TapeUnkeyedContainer(decoder: self, elements: source.children(of: node).map(\.value))
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        isDelegated = true
        return TapeValueContainer(decoder: self)
    }
}

extension [any CodingKey] {
    /// `owner.name`, `scopes[3]`.
    var written: String {
        reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
    }

    /// A fault at this path.
    func fault(_ message: String) -> ParamsFault {
        ParamsFault(param: first?.stringValue, isEmpty ? "The value \(message)." : "`\(written)` \(message).")
    }
}

/// An element of an array, or a member whose name is not a case of a type.
struct PathKey: CodingKey {
    var stringValue: String
    var intValue: Int?

    init(_ index: Int) { (stringValue, intValue) = ("\(index)", index) }
    init(stringValue: String) { self.stringValue = stringValue }
    init(intValue: Int) { self.init(intValue) }
}
