import KeywardTesting
import Testing

@testable import KeywardCore

@Suite struct ClosedWorkspacesTests {
    /// Against a look through all grants, for random grants and peers with few numbers.
    @Test(arguments: 1...20)
    func theyAnswerWhatAllGrantsSay(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func principal() -> Principal {
            let kind: Principal.Kind = random.chance(1, outOf: 2) ? .user : .group
            let id = UInt32.random(in: 1...6, using: &random)
            return Principal(kind: kind, name: random.chance(1, outOf: 2) ? "p\(id)" : nil, id: id)
        }
        for _ in 0..<100 {
            let workspaces = (1...Int64.random(in: 1...5, using: &random)).map { number in
                RegisteredWorkspace(
                    name: "w\(number)", number: number, context: StatusContext(apiAccess: true, staleAfter: .days(1)),
                    verifiers: (0..<Int.random(in: 0...3, using: &random)).map { _ in principal() })
            }
            let void = Set((0..<2).map { _ in principal() })
            var closed = ClosedWorkspaces()
            closed.setVoid(void)
            closed.set(workspaces)
            let peer = PeerCredentials(
                uid: .random(in: 1...6, using: &random), gid: .random(in: 1...6, using: &random), pid: 1,
                groups: (0..<2).map { _ in .random(in: 1...6, using: &random) })
            let verified = workspaces.filter { workspace in
                workspace.verifiers.contains { !void.contains($0) && $0.isNumber(of: peer) }
            }
            .map(\.number)
            #expect(closed.isEmpty == workspaces.allSatisfy(\.verifiers.isEmpty))
            for workspace in workspaces {
                let isAdmitted = workspace.verifiers.isEmpty || verified.contains(workspace.number)
                #expect(closed.admits(peer, to: workspace.number) == isAdmitted)
            }
            switch (closed.standard(for: peer), verified.count) {
            case (nil, 0), (WorkspaceFilter.none?, 2...): break
            case (.only(let number)?, 1): #expect(number == verified[0])
            case (let found, _): Issue.record("\(String(describing: found)), \(verified)")
            }
        }
    }
}
