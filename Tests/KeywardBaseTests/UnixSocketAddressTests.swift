import Glibc
import Testing

@testable import KeywardBase

struct UnixSocketAddressTests {
    @Test func aPathHasAtMost107Bytes() {
        #expect(UnixSocketAddress(String(repeating: "a", count: 107)) != nil)
        #expect(UnixSocketAddress(String(repeating: "a", count: 108)) == nil)
        #expect(UnixSocketAddress(String(repeating: "é", count: 54)) == nil)
        #expect(UnixSocketAddress("/tmp/a\0b") == nil)
    }

    @Test func theAddressHasThePath() {
        let path = UnixSocketAddress("/tmp/a")?.withPointer { address, size in
            address.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { address in
                withUnsafeBytes(of: address.pointee.sun_path) { bytes in
                    #expect(Int(size) == MemoryLayout<sockaddr_un>.size && bytes[6] == 0)
                    return String(decoding: bytes[..<6], as: UTF8.self)
                }
            }
        }
        #expect(path == "/tmp/a")
    }

    @Test func aFailedCallSaysWhatTheSystemDoes() {
        #expect(SystemCallError("open", ENOSPC).description == "open: No space left on device")
        #expect(throws: SystemCallError("socket", EBADF)) {
            errno = EBADF
            _ = try Descriptor(-1, from: "socket").number
        }
    }
}
