internal import KeywardBase
internal import KeywardClient
internal import KeywardProtocol

/// The text of a key to import.
enum ImportText {
    /// A line of a file as it is, if it is one key with known members. The daemon checks their values.
    static func checked(_ line: [UInt8]) -> Result<[UInt8], RowFault> {
        var tape = JSONTape()
        guard String(validating: line, as: UTF8.self) != nil else { return .failure(RowFault("It is not UTF-8.")) }
        guard (try? tape.scan(line.span)) != nil, tape[0].kind == .object else {
            return .failure(RowFault("It is not a JSON object."))
        }
        do throws(ParamsFault) {
            _ = try JSONCoding.decodeParams(ForeignKey.self, from: tape, node: 0, in: line.span)
            return .success(line)
        } catch {
            return .failure(RowFault(error.message))
        }
    }

    /// The key as JSON.
    static func json(of key: ForeignKey) -> Result<[UInt8], RowFault> {
        guard let json = try? JSONCoding.bytes(of: key, nulls: false) else {
            return .failure(RowFault("It cannot be written as JSON."))
        }
        return .success(json)
    }
}
