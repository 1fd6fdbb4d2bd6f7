import KeywardCore

/// Parses any bytes as a key, as text that may contain a key, and as a reference to one. Each must agree with a slow,
/// simple parser. For inputs with a key's length, the last six bytes are also replaced by the correct checksum, which
/// random bytes hardly ever have.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKeyFormat(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    check(bytes)
    if let repaired = repaired(bytes) {
        check(repaired)
        check(Array("key=".utf8) + repaired + Array("\n".utf8))
    }
    return 0
}

private func check(_ bytes: [UInt8]) {
    let isKey = isKeyPlainly(bytes[...])
    precondition(bytes.withUnsafeBytes { KeyFormat.isWellFormed($0) } == isKey)
    precondition(KeyFormat.occurs(in: bytes) == occursPlainly(in: bytes))
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    precondition(KeyFormat.isWellFormed(text) == isKey)
    let isPrefix = isPrefixPlainly(bytes[...])
    precondition(KeyFormat.isPrefix(text) == isPrefix)
    let isID = bytes.count == 30 && text.hasPrefix("key_") && text.dropFirst(4).allSatisfy(crockford.contains)
    switch KeyReference(text) {
    case nil: precondition(occursPlainly(in: bytes))
    case .id(let id): precondition(id == text && isID)
    case .prefix(let prefix): precondition(prefix == text && isPrefix && !isID)
    case .name(let name): precondition(name == text && !isPrefix && !isID && !occursPlainly(in: bytes))
    }
    if KeyName.fault(in: text) == nil { precondition(!isPrefix && !isID && !occursPlainly(in: bytes)) }
}

private let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
private let tagDigits = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
private let crockford = "0123456789abcdefghjkmnpqrstvwxyz"

private func isKeyPlainly(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    guard parts.count == 3, isTagPlainly(parts[0]), parts[1].count == 8, parts[2].count == 36 else { return false }
    guard (parts[1] + parts[2]).allSatisfy(digits.contains) else { return false }
    return Array(bytes.suffix(6)) == checkPlainly(bytes.dropLast(6))
}

private func isPrefixPlainly(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    return parts.count == 2 && isTagPlainly(parts[0]) && parts[1].count == 8 && parts[1].allSatisfy(digits.contains)
}

private func isTagPlainly(_ tag: ArraySlice<UInt8>) -> Bool {
    (2...12).contains(tag.count) && tag.allSatisfy(tagDigits.contains) && tag.first! >= UInt8(ascii: "a")
}

/// A key without its last three characters is found.
private func occursPlainly(in bytes: [UInt8]) -> Bool {
    (45...55).contains { length in
        bytes.count >= length
            && (0...(bytes.count - length)).contains { start in
                // The second underscore is tested first, otherwise this would take too long.
                guard bytes[start + length - 34] == UInt8(ascii: "_") else { return false }
                let found = bytes[start..<start + length]
                let whole = found.dropLast(3) + checkPlainly(found.dropLast(3))
                return isKeyPlainly(whole[...]) && whole.starts(with: found)
            }
    }
}

/// The CRC-32 of `bytes`, computed bit by bit, in six digits.
private func checkPlainly(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var crc = UInt32.max
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    var number = ~crc
    var text: [UInt8] = []
    for _ in 0..<6 {
        text.insert(digits[Int(number % 62)], at: 0)
        number /= 62
    }
    return text
}

/// The bytes with the correct checksum at their end, if they have a key's length.
private func repaired(_ bytes: [UInt8]) -> [UInt8]? {
    guard (48...58).contains(bytes.count) else { return nil }
    return bytes.dropLast(6) + checkPlainly(bytes.dropLast(6))
}
