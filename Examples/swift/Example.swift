import KeywardClient

/// Decides on the key on standard input.
@main
struct Example {
    static func main() async throws {
        let gatekeeper = Gatekeeper(keyward: try KeywardClient())
        switch await gatekeeper.decide(on: readLine() ?? "") {
        case .welcome(let name): print("welcome, \(name)")
        case .refused(let code): print("refused: \(code)")
        case .unknown(let error): print("unknown: \(error)")
        }
    }
}
