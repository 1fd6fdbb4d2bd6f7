/// CRC-32 as in IEEE 802.3 and gzip (polynomial 0xEDB88320, reflected), eight bytes a step.
package enum CRC32 {
    /// `table[slice * 256 + byte]`: the remainder of `byte` followed by `slice` zero bytes.
    private static let table: [UInt32] = {
        var table = [UInt32](repeating: 0, count: 2_048)
        for byte in 0..<256 {
            table[byte] = (0..<8).reduce(UInt32(byte)) { value, _ in
                value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
            }
        }
        for index in 256..<2_048 {
            let shorter = table[index - 256]
            table[index] = table[Int(shorter & 0xFF)] ^ (shorter >> 8)
        }
        return table
    }()

    /// The checksum of `bytes`.
    package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            var crc = UInt32.max
            var offset = 0
            while bytes.count - offset >= 8 {
                let low = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) ^ crc
                let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
                let left = table[1_792 + Int(low & 0xFF)] ^ table[1_536 + Int(low >> 8 & 0xFF)]
                let middle = table[1_280 + Int(low >> 16 & 0xFF)] ^ table[1_024 + Int(low >> 24)]
                let right = table[768 + Int(high & 0xFF)] ^ table[512 + Int(high >> 8 & 0xFF)]
                crc = left ^ middle ^ right ^ table[256 + Int(high >> 16 & 0xFF)] ^ table[Int(high >> 24)]
                offset += 8
            }
            for byte in bytes[offset...] {
                crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8)
            }
            return ~crc
        }
    }
}
