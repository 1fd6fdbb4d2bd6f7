import KeywardCore
import KeywardProtocol
import KeywardServer

/// Reads any bytes as the parameters of `keys.import`, and checks each row by itself. A row that passes has the digest of
/// its secret and shows at most a quarter of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImport(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var tape = JSONTape()
    guard (try? tape.scan(bytes.span)) != nil, tape[0].kind == .object,
        let params = try? JSONCoding.decodeParams(ImportKeys.Params.self, from: tape, node: 0, in: bytes.span)
    else { return 0 }
    for key in params.keys {
        guard case .success(let row) = ImportCheck.row(key, as: params.format) else { continue }
        let secret = Array((key.secret ?? "").utf8)
        if params.format == .secret {
            precondition(secret.withUnsafeBytes { ForeignDigest(.sha256, ofSecret: $0) } == row.digest)
            precondition(!KeyFormat.occurs(in: secret))
            precondition((row.foreignPrefix?.utf8.count ?? 0) <= secret.count / 4)
        } else {
            precondition(key.secret == nil && row.digest.format == (params.format == .seam ? .seam : .sha256))
            precondition(!row.digest.shortToken.contains(UInt8(ascii: "_")))
        }
    }
    return 0
}
