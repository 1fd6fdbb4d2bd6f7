import KeywardBase
import KeywardCore
import KeywardProtocol

extension VerificationDemand {
    /// The demand of parameters that were checked.
    init(_ params: VerifyKey.Params) {
        self.init(
            scopes: (params.scopes ?? []).map { Array($0.utf8) },
            anyOf: (params.anyOf ?? []).map { set in set.map { Array($0.utf8) } },
            address: params.address.flatMap { IPAddress($0) }, cost: Int64(params.cost ?? 1),
            limits: (params.limits ?? []).map {
                KeywardCore.LimitCost(name: Array($0.name.utf8), cost: Int64($0.cost ?? 1))
            })
    }
}
