import KeywardCore
import KeywardProtocol

extension CreateWorkspace: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.name, "name")
        try ParameterCheck.text(params.plan, "plan")
        guard params.name != "*" else {
            throw ParamsFault(param: "name", "`name` must not be '*', which means any workspace.")
        }
        if let tag = params.tag, !KeyFormat.isTag(tag.utf8) {
            throw ParamsFault(param: "tag", "`tag` must be 2 to 12 of a-z and 0-9, first a letter.")
        }
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.CreateWorkspace {
        Operations.CreateWorkspace(named: params.name, plan: params.plan, tag: params.tag ?? "kw")
    }

    static func answer(_ outcome: WorkspaceRecord, _ call: CallContext) -> Result {
        Result(workspace: Workspace(call.authority.view(of: outcome, at: call.now)))
    }
}

extension GetWorkspace: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        Result(
            workspace: Workspace(try call.authority.workspace(named: params.workspace, for: call.caller, at: call.now)))
    }
}

extension ListWorkspaces: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let views = try call.authority.workspaces(for: call.caller, counts: params.counts ?? true, at: call.now)
        let plans = call.caller.isOperator ? call.authority.directory.policy.plans.keys.sorted() : nil
        return Result(workspaces: views.map { Workspace($0) }, plans: plans)
    }
}

extension SetPlan: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
        try ParameterCheck.text(params.plan, "plan")
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.SetPlan {
        Operations.SetPlan(params.plan, ofWorkspace: params.workspace, isConfirmed: params.confirm ?? false)
    }

    static func answer(_ outcome: WorkspaceRecord, _ call: CallContext) -> Result {
        Result(workspace: Workspace(call.authority.view(of: outcome, at: call.now)))
    }
}

extension GrantMember: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
        try ParameterCheck.principal(params.principal)
        guard params.role != nil || params.verifier != nil else {
            throw ParamsFault(param: "role", "Give `role`, `verifier` or both.")
        }
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.GrantMember {
        Operations.GrantMember(
            params.role.map { .set(Role(rawValue: $0.rawValue)) } ?? .keep, isVerifier: params.verifier,
            to: params.principal, inWorkspace: params.workspace, isConfirmed: params.confirm ?? false)
    }

    static func answer(_ outcome: [Grant], _ call: CallContext) -> Result { Result(members: call.describe(outcome)) }
}

extension RemoveMember: ServedChange {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
        try ParameterCheck.text(params.principal, "principal")
    }

    static func operation(_ params: Params, _ call: CallContext) -> Operations.RemoveMember {
        Operations.RemoveMember(
            params.principal, fromWorkspace: params.workspace, isConfirmed: params.confirm ?? false)
    }

    static func answer(_ outcome: [Grant], _ call: CallContext) -> Result { Result(members: call.describe(outcome)) }
}

extension ListMembers: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        Result(
            members: call.describe(try call.authority.members(ofWorkspace: params.workspace, for: call.caller)))
    }
}
