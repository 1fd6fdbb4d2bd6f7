import Foundation
import KeywardBase
import ReferenceJSON
import Testing

@testable import KeywardProtocol

/// The scanner's verdict, in the vectors' terms.
func verdict(on bytes: [UInt8]) -> String {
    var tape = JSONTape()
    do {
        try tape.scan(bytes.span)
        return "accept"
    } catch {
        return error.code.rawValue
    }
}

@Suite struct JSONTapeTests {
    @Test func hasItsVectors() {
        #expect(JSONVector.all.count > 250)
    }

    @Test(arguments: JSONVector.all)
    func judgesAsTheVectorsSay(vector: JSONVector) {
        #expect(verdict(on: vector.bytes) == vector.verdict)
        #expect(ReferenceJSON.verdict(on: vector.bytes).rawValue == vector.verdict)
    }

    /// Foundation's parser accepts all valid texts; what it also accepts is listed.
    @Test(arguments: JSONVector.all)
    func isNoLaxerThanFoundation(vector: JSONVector) {
        let taken = (try? JSONSerialization.jsonObject(with: Data(vector.bytes), options: .fragmentsAllowed)) != nil
        switch vector.verdict {
        case "accept": #expect(taken || Self.refusedByFoundation.contains(vector.name))
        case "parseError": #expect(!taken || Self.takenByFoundation.contains { vector.name.hasPrefix($0) })
        default: break
        }
    }

    private static let takenByFoundation = [
        "trailing comma", "256 members and a comma", "duplicate ", "byte order mark", "UTF-16", "UTF-32",
    ]
    private static let refusedByFoundation: Set = ["number 1e400", "number 1e400 in array"]

    @Test func drawsATreeOfNodes() throws {
        let text = Array(#"{"a" : [1, "x\n"], "b":{} ,"c":-1.5}"#.utf8)
        var tape = JSONTape()
        try tape.scan(text.span)
        #expect(tape.count == 9)
        let kinds: [JSONTape.Kind] = [.object, .string, .array, .number, .string, .string, .object, .string, .number]
        for (index, kind) in kinds.enumerated() { #expect(tape[index].kind == kind) }
        #expect((0..<9).map { tape.next($0) } == [9, 2, 5, 4, 5, 6, 7, 8, 9])
        #expect(
            (0..<9).map { String(decoding: text[tape[$0].range], as: UTF8.self) } == [
                #"{"a" : [1, "x\n"], "b":{} ,"c":-1.5}"#, #""a""#, #"[1, "x\n"]"#, "1", #""x\n""#, #""b""#, "{}",
                #""c""#,
                "-1.5",
            ])
        #expect(tape[3].isInteger && !tape[8].isInteger)
        #expect(tape[4].hasEscapes && !tape[1].hasEscapes)
        #expect(tape.string(4, in: text.span) == "x\n")
        #expect(tape.member("c", of: 0, in: text.span) == 8)
        #expect(tape.member("d", of: 0, in: text.span) == nil)
    }

    @Test func tellsWhereTheFaultIs() {
        func fault(_ text: String) -> JSONFault? {
            var tape = JSONTape()
            do {
                try tape.scan(Array(text.utf8).span)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault(#"{"a":1,}"#) == JSONFault(.unexpectedByte, at: 7))
        #expect(fault(#"{"a":1,"a":2}"#) == JSONFault(.duplicateName, at: 7))
        #expect(fault("[1") == JSONFault(.unexpectedEnd, at: 2))
        #expect(fault("[01]") == JSONFault(.malformedNumber, at: 1))
        #expect(fault("[1] x") == JSONFault(.trailingBytes, at: 4))
        #expect(fault(#"["abcdefghijk\ud800"]"#) == JSONFault(.loneSurrogate, at: 13))
        #expect(fault(String(repeating: "[", count: 33)) == JSONFault(.tooDeep, at: 32))
    }

    @Test func forgetsTheLastText() throws {
        var tape = JSONTape()
        let texts = [#"[1,2,3,4,5]"#, "[", "null", #"{"a":{"a":1}}"#, "{", "7"]
        let counts = texts.map { text in
            try? tape.scan(Array(text.utf8).span)
            return tape.count
        }
        #expect(counts == [6, 1, 1, 5, 1, 1])
    }

    @Test func growsAndShrinks() throws {
        let large = Array(("[" + Array(repeating: "0", count: 10_000).joined(separator: ",") + "]").utf8)
        var tape = JSONTape()
        try tape.scan(large.span)
        #expect(tape.count == 10_001 && tape.next(0) == 10_001 && tape[10_000].kind == .number)
        tape.shrink()
        #expect(tape.count == 0 && tape.capacity == 4_096)
        try tape.scan(large.span)
        #expect(tape.count == 10_001)
    }

    /// No text is complete before its last byte, wherever the bytes were cut.
    @Test func refusesEveryBeginningOfAText() {
        let text = Array(#"{"a":[1,-2.5e+3,true,false,null,"é\n\ud83d\udd11",{}],"b":{"c":""}}"#.utf8)
        #expect(verdict(on: text) == "accept")
        for length in text.indices {
            #expect(verdict(on: Array(text[..<length])) == "parseError", "\(length)")
        }
    }

    @Test func decodesEveryEscapeAndScalar() throws {
        for scalar in stride(from: UInt32(0), through: 0x10FFFF, by: 61).compactMap(Unicode.Scalar.init) {
            let text = String(Character(scalar))
            let units = text.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
            }
            let escaped = Array("[\"\(units.joined())\"]".utf8)
            var tape = JSONTape()
            try tape.scan(escaped.span)
            #expect(tape.string(1, in: escaped.span)?.unicodeScalars.elementsEqual([scalar]) == true)
            let isEqual = tape.equals(1, Array(text.utf8).span, in: escaped.span)
            #expect(isEqual)
            var buffer = ByteBuffer()
            tape.appendString(1, in: escaped.span, to: &buffer)
            #expect(buffer.withUnsafeBytes { Array($0) } == Array(text.utf8))
        }
    }
}
