import Foundation
import ReferenceJSON
import Testing

@testable import KeywardProtocol

/// Compares the scanner with two other parsers of the same texts.
@Suite struct AgreementTests {
    @Test func takesRandomDocumentsAndReadsWhatFoundationReads() throws {
        var documents = RandomDocuments(seed: 20_261_123)
        for _ in 0..<4_000 {
            let text = documents.valid()
            let bytes = Array(text.utf8)
            var tape = JSONTape()
            try tape.scan(bytes.span)
            #expect(ReferenceJSON.verdict(on: bytes) == .accept)
            let expected = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            let agrees = Self.agree(0, tape, bytes, expected)
            #expect(agrees, "\(text)")
        }
    }

    @Test func judgesMutatedDocumentsAsTheReferenceDoes() {
        var documents = RandomDocuments(seed: 7)
        var verdicts: [String: Int] = [:]
        for _ in 0..<20_000 {
            let bytes = documents.mutated()
            let scanned = verdict(on: bytes)
            #expect(scanned == ReferenceJSON.verdict(on: bytes).rawValue, "\(bytes)")
            verdicts[scanned, default: 0] += 1
        }
        #expect(verdicts["accept", default: 0] > 2_000)
        #expect(verdicts["parseError", default: 0] > 2_000)
    }

    @Test func judgesTheFuzzersCorpusAsTheReferenceDoes() {
        #expect(scannerCorpus.count > 10)
        for bytes in scannerCorpus {
            #expect(verdict(on: bytes) == ReferenceJSON.verdict(on: bytes).rawValue)
        }
    }

    @Test func takesNothingThatFoundationRefuses() throws {
        var documents = RandomDocuments(seed: 11)
        var taken = 0
        for _ in 0..<4_000 {
            let bytes = documents.mutated()
            var tape = JSONTape()
            guard (try? tape.scan(bytes.span)) != nil, Self.isFinite(tape, bytes) else { continue }
            taken += 1
            #expect(throws: Never.self, "\(String(decoding: bytes, as: UTF8.self))") {
                try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            }
        }
        #expect(taken > 300)
    }

    /// Whether Foundation can represent all its numbers: it refuses those beyond a Double.
    private static func isFinite(_ tape: borrowing JSONTape, _ bytes: [UInt8]) -> Bool {
        for node in 0..<tape.count where tape[node].kind == .number {
            guard Double(String(decoding: bytes[tape[node].range], as: UTF8.self))?.isFinite == true else {
                return false
            }
        }
        return true
    }

    /// Whether the value at a node equals Foundation's.
    private static func agree(_ node: Int, _ tape: borrowing JSONTape, _ bytes: [UInt8], _ other: Any) -> Bool {
        switch tape[node].kind {
        case .null: return other is NSNull
        case .true: return other as? Bool == true
        case .false: return other as? Bool == false
        case .string:
            return tape.string(node, in: bytes.span).map { Array($0.utf8) } == (other as? String).map { Array($0.utf8) }
        case .number:
            guard let number = other as? NSNumber else { return false }
            if let integer = tape.integer(node, in: bytes.span) { return number.int64Value == Int64(integer) }
            // Foundation's last digit is not always correct.
            let value = Double(String(decoding: bytes[tape[node].range], as: UTF8.self)) ?? .nan
            return abs(value - number.doubleValue) <= abs(value) * 1e-14
        case .array:
            guard var elements = (other as? [Any])?[...] else { return false }
            var agrees = true
            tape.forEachElement(of: node) { element in
                agrees = agrees && elements.popFirst().map { agree(element, tape, bytes, $0) } == true
            }
            return agrees && elements.isEmpty
        case .object:
            guard var members = other as? [String: Any] else { return false }
            var agrees = true
            tape.forEachMember(of: node) { name, value in
                let other = members.removeValue(forKey: tape.string(name, in: bytes.span) ?? "")
                agrees = agrees && other.map { agree(value, tape, bytes, $0) } == true
            }
            return agrees && members.isEmpty
        }
    }
}
