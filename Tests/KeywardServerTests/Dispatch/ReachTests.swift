import KeywardCore
import KeywardProtocol
import Testing

@testable import KeywardServer

@Suite struct ReachTests {
    @Test func everyMethodOfTheTableHasAnImplementation() {
        for (method, served) in zip(MethodTable.methods, ServedMethods.all) {
            #expect(served?.name == method.name, "\(method.name) is in the table, but nothing answers it")
        }
        #expect(ServedMethods.all.count == MethodTable.methods.count)
    }

    @Test(arguments: MethodTable.descriptors.map(\.index))
    func aMethodExistsOnTheSocketsOfItsContractAlone(index: Int) throws {
        let method = MethodTable.methods[index]
        let daemon = try InMemoryDaemon()
        for socket in [ServedSocket.admin, .verify] {
            // No method has this parameter, so an existing method refuses it.
            let reply = try daemon.talk(on: socket).call(method.name, #"{"nonsense":1}"#)
            let exists = socket == .admin || method.contract.reach == .everySocket
            #expect(reply["error"]["code"].int == (exists ? -32_602 : -32_601), "\(method.name) on \(socket)")
        }
    }

    @Test(arguments: ["", "x", "keys", "keys.verif", "keys.verifyy", "Keys.verify", "keys.verify ", "system.pinG"])
    func whatIsNoMethodIsNotFound(name: String) throws {
        let daemon = try InMemoryDaemon()
        for socket in [ServedSocket.admin, .verify] {
            #expect(try daemon.talk(on: socket).call(name)["error"]["code"].int == -32_601)
        }
    }

    @Test func aMethodsNameMayBeWrittenWithEscapes() throws {
        let line = #"{"jsonrpc":"2.0","id":1,"\u006dethod":"system.\u0070ing"}"#
        #expect(try InMemoryDaemon().talk(on: .verify).ask(line)["result"]["state"] == "ready")
    }

    @Test func theDocumentTellsWhatCanBeReachedOnEachSocket() throws {
        let daemon = try InMemoryDaemon()
        let document = try daemon.talk(on: .verify).call("rpc.discover")["result"]
        #expect(document == (try daemon.call("rpc.discover")))
        #expect(document["openrpc"].text.hasPrefix("1."))
        #expect(document["info"]["version"] == "1.2.3")
        for method in document["methods"].items {
            for (socket, name) in [(ServedSocket.admin, "admin"), (.verify, "verify")] {
                let reply = try daemon.talk(on: socket).call(method["name"].text, #"{"nonsense":1}"#)
                let isReachable = reply["error"]["code"].int != -32_601
                #expect(isReachable == method["x-sockets"].items.contains(.string(name)), "\(method["name"])")
            }
        }
        #expect(document["methods"].items.map(\.["name"].text) == MethodTable.methods.map { $0.name })
    }

    @Test(arguments: MethodTable.descriptors.map(\.index))
    func theDocumentNamesTheParametersThatAMethodTakes(index: Int) throws {
        let method = MethodTable.methods[index]
        let daemon = try InMemoryDaemon()
        let described = try daemon.call("rpc.discover")["methods"][index]
        for param in described["params"].items {
            // A wrong type, but a known name.
            let error = try daemon.talk().call(method.name, #"{"\#(param["name"].text)":false}"#)["error"]
            #expect(!error["message"].text.contains("unknown parameter"), "\(method.name): \(param["name"].text)")
        }
        let needed = described["params"].items.filter { $0["required"] == .bool(true) }
        let error = try daemon.talk().call(method.name)["error"]
        #expect((error["code"].int == -32_602) == !needed.isEmpty, "\(method.name)")
    }
}

extension JSON: ExpressibleByStringLiteral {
    init(stringLiteral text: String) { self = .string(text) }
}

extension JSON: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
}
