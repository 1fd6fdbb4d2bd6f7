import KeywardTesting
import Testing

@testable import KeywardCore

@Suite struct VerificationDemandTests {
    @Test(
        arguments: [
            (["a"], [], ["a"], []), (["a", "b"], [], ["a"], ["b"]), (["a:x"], [], ["a:*"], []),
            ([], [["a"], ["b"]], ["b"], []), ([], [["a", "b"]], ["b"], ["a"]),
            ([], [["a", "b", "c"], ["d", "c"]], ["c"], ["d"]), (["a"], [["b"]], ["a"], ["b"]),
            (["a"], [["b"]], ["b"], ["a"]), (["a"], [["b"], ["c"]], [], ["a"]), ([], [], [], []),
        ] as [([String], [[String]], [String], [String])])
    func whatIsMissingIsOfTheScopesOrTheSmallestGap(
        scopes: [String], anyOf: [[String]], held: [String], missing: [String]
    ) {
        let demand = VerificationDemand(
            scopes: scopes.map { Array($0.utf8) }, anyOf: anyOf.map { $0.map { Array($0.utf8) } })
        #expect(demand.missing(from: held).map { String(decoding: $0, as: UTF8.self) } == missing)
    }

    /// A key meets a demand exactly if nothing is missing, and holding what is missing would meet it.
    @Test(arguments: 1...200) func holdingWhatIsMissingMeetsTheDemand(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func some(_ most: Int) -> [String] {
            (0..<Int.random(in: 0...most, using: &random)).map { _ in
                String("abcdef".randomElement(using: &random) ?? "a")
            }
        }
        let (scopes, held) = (some(3), some(3))
        let anyOf = (0..<Int.random(in: 0...3, using: &random)).map { _ in some(2) + ["a"] }
        let demand = VerificationDemand(
            scopes: scopes.map { Array($0.utf8) }, anyOf: anyOf.map { $0.map { Array($0.utf8) } })
        let isMet =
            Set(scopes).isSubset(of: held) && (anyOf.isEmpty || anyOf.contains { Set($0).isSubset(of: held) })
        var missing = demand.missing(from: held).map { String(decoding: $0, as: UTF8.self) }
        #expect(missing.isEmpty == isMet)
        #expect(Set(missing).isDisjoint(with: held))
        missing += held
        let rest = demand.missing(from: missing)
        // First the scopes, then a set: at most two steps.
        #expect(demand.missing(from: missing + rest.map { String(decoding: $0, as: UTF8.self) }).isEmpty)
    }
}
