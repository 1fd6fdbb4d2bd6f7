import KeywardClient

/// A service's use of the key in a request.
struct Gatekeeper: Sendable {
    /// One client serves the whole process: all tasks share its connection.
    let keyward: KeywardClient

    enum Decision: Sendable {
        case welcome(name: String)
        /// Answer 401 or 403. The code is for your log; the key is not.
        case refused(code: String)
        /// Keyward could not answer. Answer 503, or apply your service's own rule.
        case unknown(KeywardError)
    }

    func decide(on presented: String) async -> Decision {
        do {
            let answer = try await keyward.verify(presented, scopes: ["orders:read"], timeout: .seconds(1))
            guard answer.valid else { return .refused(code: answer.code.rawValue) }
            return .welcome(name: answer.name ?? "")
        } catch {
            return .unknown(error)
        }
    }
}
