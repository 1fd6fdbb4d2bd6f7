import Testing

@testable import KeywardBase

struct Base64Tests {
    @Test func `Base64 is that of RFC 4648`() {
        let vectors = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE="]
        for (text, encoded) in vectors { #expect(Base64.text(Array(text.utf8)) == encoded) }
    }
}
