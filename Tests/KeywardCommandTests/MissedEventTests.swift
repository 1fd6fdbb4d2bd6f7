import Foundation
import KeywardClient
import ScriptedDaemon
import Synchronization
import Testing

@testable import keyward

extension CommandTests {
    /// `keyward watch` after a lost connection: it reads the missed events from the audit trail, each once.
    @Suite struct MissedEventTests {
        /// Watches a daemon whose first subscription ends at once. Meanwhile the trail grows by `trail`. An event
        /// follows the second subscription; the third is refused.
        private func watch(_ arguments: [String], _ trail: ScriptedTrail) -> CommandRun {
            let (before, newest) = (trail.first - 1, trail.newest)
            let daemon = ScriptedDaemon { peer in
                while let line = peer.readLine() {
                    guard Request.method(line) == "events.subscribe" else {
                        peer.write(trail.answer(to: line).line(to: line))
                        continue
                    }
                    let subscriptions = trail.countSubscription()
                    guard subscriptions <= 2 else {
                        return peer.write(ScriptedTrail.denial.line(to: line))
                    }
                    let seq = subscriptions == 1 ? before : newest
                    peer.write(ScriptedAnswer.result(#"{"subscription":"sub-1","seq":\#(seq)}"#).line(to: line))
                    if subscriptions == 2 { peer.write(trail.event(newest + 1)) }
                    return
                }
            }
            defer { daemon.stop() }
            return CommandRun(["watch"] + arguments, daemon: daemon)
        }

        private func shown(_ run: CommandRun) -> [Int] {
            run.output.split(separator: "\n").compactMap { $0.split(separator: "\t").first.flatMap { Int($0) } }
        }

        @Test(arguments: [1, 499, 500, 501, 1_000, 1_234]) func everyPageOfTheWorkspaceThatIsWatchedComes(count: Int) {
            let trail = ScriptedTrail(6..<6 + count, in: ["acme"], of: ["acme"])
            let run = watch(["-w", "acme"], trail)
            #expect(shown(run) == Array(6...6 + count))
            #expect(run.errors.contains("Trying again") && run.errors.contains("Connected again."))
        }

        @Test func anOperatorMissesNothingOfAnyWorkspaceNorOfTheHost() {
            let trail = ScriptedTrail(6..<1_506, in: ["default", "acme", nil, "crm"], of: nil)
            #expect(shown(watch([], trail)) == Array(6...1_506))
        }

        @Test(arguments: [["acme", "crm"], ["default", "acme", "crm"]])
        func aMemberMissesNothingOfAnyOfTheirWorkspaces(own: [String]) {
            // More than a page of each, and as many of others.
            let all = ["default", "acme", "other", "crm", nil]
            let trail = ScriptedTrail(6..<6 + 3_005, in: all, of: own)
            let expected = (6..<6 + 3_005).filter { seq in all[seq % all.count].map(own.contains) ?? false }
            #expect(shown(watch([], trail)) == expected + [6 + 3_005])
        }

        /// Entries after the new subscription arrive only as its events.
        @Test func whatIsNewerThanTheSubscriptionComesOnce() {
            let trail = ScriptedTrail(6..<706, in: ["acme"], of: ["acme"], later: 50)
            #expect(shown(watch(["-w", "acme"], trail)) == Array(6...706))
        }

        @Test func onlyTheTypesThatAreWatchedComeAndUnknownActionsAreLeftOut() {
            let trail = ScriptedTrail(
                6..<1_206, in: ["acme"], of: ["acme"], actions: ["key.created", "key.revoked", "audit.melted"])
            let all = watch(["-w", "acme"], trail)
            #expect(shown(all) == (6..<1_206).filter { $0 % 3 != 2 } + [1_206])
            let again = ScriptedTrail(
                6..<1_206, in: ["acme"], of: ["acme"], actions: ["key.created", "key.revoked", "audit.melted"])
            let revoked = watch(["-w", "acme", "--type", "revoked"], again)
            #expect(shown(revoked) == (6..<1_206).filter { $0 % 3 == 1 } + [1_206])
        }
    }
}

/// An audit trail as the daemon returns it: by workspace, in pages of the requested size.
private final class ScriptedTrail: Sendable {
    static let denial = ScriptedAnswer.error(
        #"{"code":-32001,"message":"No longer.","data":{"code":"permissionDenied"}}"#)

    let first: Int
    /// The newest entry when the second subscription begins.
    let newest: Int
    private let last: Int
    private let workspaces: [String?]
    private let actions: [String]
    /// Those that the client is a member of; an operator has `nil`.
    private let own: [String]?
    private let subscriptions = Atomic<Int>(0)

    /// Entries with these numbers, in these workspaces alternately, and `later` more.
    init(
        _ numbers: Range<Int>, in workspaces: [String?], of own: [String]?, later: Int = 0,
        actions: [String] = ["key.created"]
    ) {
        (first, newest, last) = (numbers.lowerBound, numbers.upperBound - 1, numbers.upperBound - 1 + later)
        (self.workspaces, self.own, self.actions) = (workspaces, own, actions)
    }

    func countSubscription() -> Int { subscriptions.add(1, ordering: .relaxed).newValue }

    func answer(to line: String) -> ScriptedAnswer {
        switch Request.method(line) {
        case "audit.list": entries(line)
        case "workspaces.list": list()
        default: Self.denial
        }
    }

    private func list() -> ScriptedAnswer {
        let names = own ?? Set(workspaces.compactMap { $0 }).sorted()
        let items = names.map {
            #"{"name":"\#($0)","plan":"standard","apiAccess":true,"tag":"kw","keys":{},"#
                + #""createdAt":"2026-11-23T12:00:00.000Z"}"#
        }
        return .result(#"{"workspaces":[\#(items.joined(separator: ","))]}"#)
    }

    private func entries(_ line: String) -> ScriptedAnswer {
        guard let request = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
            let params = request["params"] as? [String: Any]
        else { return Self.denial }
        // Without a workspace an operator gets all entries, other callers those of `default`.
        let wanted = params["workspace"] as? String ?? (own == nil ? nil : "default")
        if let own, let wanted, !own.contains(wanted) { return Self.denial }
        let after = params["after"] as? Int ?? 0
        let limit = params["limit"] as? Int ?? 100
        let found = (first...last).filter { $0 > after && (wanted == nil || self.workspace(of: $0) == wanted) }
        return .result(#"{"entries":[\#(found.prefix(min(limit, 500)).map(entry).joined(separator: ","))]}"#)
    }

    private func workspace(of seq: Int) -> String? { workspaces[seq % workspaces.count] }

    private func entry(_ seq: Int) -> String {
        let workspace = workspace(of: seq).map { #""\#($0)""# } ?? "null"
        return #"{"seq":\#(seq),"at":"2026-11-23T12:00:00.000Z","actor":{"uid":7,"user":"anna"},"#
            + #""action":"\#(actions[seq % actions.count])","workspace":\#(workspace),"keyId":null,"details":{},"#
            + #""hash":"00"}"#
    }

    /// An event as the daemon sends it, as a line.
    func event(_ seq: Int) -> String {
        #"{"jsonrpc":"2.0","method":"event","params":{"subscription":"sub-1","type":"created","#
            + #""at":"2026-11-23T12:00:00.000Z","seq":\#(seq),"workspace":"acme","keyId":null,"#
            + #""actor":{"uid":7,"user":"anna"},"details":{}}}"# + "\n"
    }
}
