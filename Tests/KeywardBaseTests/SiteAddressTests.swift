import KeywardBase
import Testing

struct SiteAddressTests {
    @Test(arguments: ["keys.example.com", "localhost", "a-b.c1", "keys.example.com:8443"])
    func aHostWithOrWithoutAPortIsAnAddress(authority: String) {
        #expect(SiteAddress(authority: authority)?.origin == "https://\(authority)")
        #expect(SiteAddress(origin: "https://\(authority)")?.authority == authority)
    }

    @Test(arguments: [
        "", ".", "Keys.example.com", "keys.example.com.", "keys..com", "-a", "a-", "a_b", "keys:443", "keys:0",
        "keys:08443", "keys:65536", "keys:", "keys:1:2", "keys/path", "anna@keys", "keys example", "ключи.example",
        String(repeating: "a", count: 64),
    ])
    func everythingElseIsNone(authority: String) {
        #expect(SiteAddress(authority: authority) == nil)
        #expect(SiteAddress(origin: "https://\(authority)") == nil)
    }

    @Test(arguments: ["keys.example.com", "http://keys.example.com", "HTTPS://keys.example.com", "https://a/"])
    func anOriginIsHTTPSAndNothingBehindTheHost(origin: String) {
        #expect(SiteAddress(origin: origin) == nil)
    }

    @Test(arguments: ["/settings/api-access", "/keys", "/a.b/~c_d/E-1"])
    func aPathOfUnreservedCharactersIsUsable(path: String) {
        #expect(SiteAddress.isPath(path))
    }

    @Test(arguments: ["", "/", "keys", "/keys/", "//keys", "/a//b", "/a/../b", "/.", "/a b", "/a%20b", "/a?b", "/a;b"])
    func anotherPathIsNot(path: String) {
        #expect(!SiteAddress.isPath(path))
    }
}
