import KeywardTesting
import Testing

@testable import KeywardServer

/// A verification's reply names the workspace.
@Suite struct WorkspaceNameReplyTests {
    @Test(arguments: [#"a \"b\" c"#, #"a\\b"#, "ä ö", "a"]) func aNameThatNeedsEscapesIsEscaped(name: String) throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("workspaces.create", #"{"name":"\#(name)"}"#)
        let secret = try daemon.secret("crm", #","workspace":"\#(name)""#)
        for socket in [ServedSocket.admin, .verify] {
            for member in [#""workspace":"\#(name)""#, #""workspace":"*""#] {
                let result = try daemon.talk(on: socket).call("keys.verify", #"{"key":"\#(secret)",\#(member)}"#)[
                    "result"]
                #expect(result["code"] == "valid")
                #expect(try result["workspace"] == JSON(parsing: #""\#(name)""#))
            }
        }
    }
}
