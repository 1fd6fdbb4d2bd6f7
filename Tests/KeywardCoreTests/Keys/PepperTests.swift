import Crypto
import KeywardCore
import KeywardTesting
import Testing

struct PepperTests {
    @Test func digestsAreStandardHMACs() {
        var random = SeededGenerator(seed: 1)
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        let pepper = Pepper(bytes: bytes)
        for length in 0...200 {
            let message = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let standard = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: bytes))
            #expect(message.withUnsafeBytes { pepper.digest(of: $0) }.bytes == Array(standard))
        }
    }

    @Test func theCheckIsTheHMACOfTheConstantAndItsStartIsTheID() {
        let bytes = [UInt8](0..<32)
        let pepper = Pepper(bytes: bytes)
        let standard = Array(
            HMAC<SHA256>.authenticationCode(for: Array("keyward pepper check".utf8), using: SymmetricKey(data: bytes)))
        #expect(pepper.check.bytes == standard)
        #expect(withUnsafeBytes(of: pepper.id.rawValue.littleEndian, Array.init) == Array(standard.prefix(4)))
        #expect(pepper.record == PepperRecord(id: pepper.id, check: pepper.check, auditCheck: pepper.record.auditCheck))
    }

    @Test func aPepperDoesNotPrint() {
        let pepper = Pepper(bytes: [UInt8](repeating: 65, count: 32))
        #expect("\(pepper)" == "a pepper")
        #expect(Mirror(reflecting: pepper).children.isEmpty)
    }

    @Test func aSetFindsItsPeppersByID() {
        let (current, retired) = (Pepper(bytes: [UInt8](repeating: 1, count: 32)), Pepper(bytes: [UInt8](1...32)))
        let peppers = PepperSet(current: current, retired: [retired])
        #expect(peppers[retired.id]?.check == retired.check)
        #expect(peppers[current.id]?.check == current.check)
        #expect(peppers[PepperID(rawValue: 0)] == nil)
        #expect(peppers.all.map(\.id) == [current.id, retired.id])
    }

    @Test func aDigestKeepsItsBytes() {
        let bytes = [UInt8](100..<132)
        #expect(Digest(bytes: bytes)?.bytes == bytes)
        #expect(Digest(bytes: bytes.dropLast()) == nil)
        #expect(Digest(bytes: bytes + [0]) == nil)
    }
}
