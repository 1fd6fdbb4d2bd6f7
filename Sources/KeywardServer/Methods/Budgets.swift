import KeywardCore
import KeywardProtocol

extension SetBudget: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.slug(params.name, "name")
        try ParameterCheck.workspace(params.workspace)
        try ParameterCheck.limits(params.limits.applied(to: nil))
        try ParameterCheck.credits(params.credits.applied(to: nil))
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.SetBudget {
        Operations.SetBudget(
            params.name, inWorkspace: params.workspace,
            AllowanceChanges(limits: params.limits, credits: params.credits, budget: .keep))
    }

    static func answer(_ outcome: AllowanceView?, _ call: CallContext) -> Result {
        Result(budget: Budget(outcome!, in: call.authority.directory))
    }
}

extension GetBudget: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.slug(params.name, "name")
        try ParameterCheck.workspace(params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let view = try call.authority.budget(
            named: params.name, inWorkspace: params.workspace, for: call.caller, at: call.now)
        return Result(budget: Budget(view, in: call.authority.directory))
    }
}

extension ListBudgets: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let views = try call.authority.budgets(inWorkspace: params.workspace, for: call.caller, at: call.now)
        return Result(budgets: views.map { Budget($0, in: call.authority.directory) })
    }
}

extension RemoveBudget: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.slug(params.name, "name")
        try ParameterCheck.workspace(params.workspace)
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.RemoveBudget {
        Operations.RemoveBudget(params.name, fromWorkspace: params.workspace)
    }

    static func answer(_ outcome: Void, _ call: CallContext) -> Result { Result() }
}
