import KeywardCore
import KeywardProtocol

extension AcceptClock: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let caller = call.caller
        try caller.requireOperator(group: call.authority.directory.policy.operatorGroup)
        let facts = try call.parts.clock.accept(isConfirmed: params.confirm ?? false, by: caller)
        return Result(change: ClockChange(facts))
    }
}

extension ClockChange {
    init(_ facts: ClockFacts) {
        self.init(
            from: Timestamp(facts.from), to: Timestamp(facts.to),
            offSeconds: Int(facts.unproven.milliseconds / 1_000), verifyAgain: Keys(facts.verifyAgain),
            stopVerifying: Keys(facts.stopVerifying), verifiedMeanwhile: Keys(facts.verifiedMeanwhile),
            changedMeanwhile: Keys(facts.changedMeanwhile))
    }
}

extension ClockChange.Keys {
    fileprivate init(_ group: KeyGroup) {
        self.init(
            n: group.count,
            keys: group.first.map { key in
                ClockChange.Mention(keyId: key.id, prefix: key.prefix, name: key.name, workspace: key.workspace)
            })
    }
}
