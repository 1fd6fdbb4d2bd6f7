import KeywardClient
import Testing

@Suite struct SecretTests {
    @Test func `A secret prints as nothing, wherever it is`() {
        struct Holder {
            var secret = Secret("kw_00000000_hidden")
        }
        var dumped = ""
        dump(Holder(), to: &dumped)
        let texts = [
            "\(Secret("hidden"))", String(describing: Secret("hidden")), String(reflecting: Secret("hidden")),
            "\(Holder())", String(reflecting: Holder()), "\([Secret("hidden")])", dumped,
            String(describing: Mirror(reflecting: Secret("hidden")).children.map(\.value)),
        ]
        for text in texts { #expect(!text.contains("hidden")) }
    }

    @Test func `A secret is revealed when asked`() {
        #expect(Secret("hidden").reveal() == "hidden")
    }
}
