@testable import KeywardProtocol

/// A scanned and parsed line, for a test to query.
final class ReadLine {
    let bytes: [UInt8]
    let tape: JSONTape
    let line: RequestLine

    convenience init(_ text: String, limits: JSONTape.Limits = .request) {
        self.init(Array(text.utf8), limits: limits)
    }

    init(_ bytes: [UInt8], limits: JSONTape.Limits = .request) {
        self.bytes = bytes
        var tape = JSONTape(limits: limits)
        line = tape.read(line: bytes.span)
        self.tape = tape
    }

    var request: Request? {
        if case .request(let request) = line { request } else { nil }
    }

    var fault: RequestFault? {
        if case .refused(let fault) = line { fault } else { nil }
    }

    func text(_ range: Range<Int>?) -> String? {
        range.map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    /// The request at an element of a batch, or its fault.
    func element(_ index: Int) -> Result<Request, RequestFault> {
        let bytes = bytes
        do {
            return .success(try tape.request(at: index, in: bytes.span))
        } catch {
            return .failure(error)
        }
    }

    func params<T: Decodable>(_ type: T.Type) throws -> T {
        let bytes = bytes
        return try JSONCoding.decodeParams(type, from: tape, node: request?.params, in: bytes.span)
    }
}

/// Decodes `params`, given as JSON, as a method does.
func decodeParams<T: Decodable>(_ type: T.Type, _ params: String) throws -> T {
    try ReadLine(#"{"jsonrpc":"2.0","id":1,"method":"x","params":\#(params)}"#).params(type)
}

/// The fault of decoding `params`; `nil` if it succeeds.
func paramsFault<T: Decodable>(_ type: T.Type, _ params: String) throws -> ParamsFault? {
    do {
        _ = try decodeParams(type, params)
        return nil
    } catch let fault as ParamsFault {
        return fault
    }
}
