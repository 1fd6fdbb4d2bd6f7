import KeywardCore
import KeywardProtocol

extension CreateWorkspace: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.workspace(params.name, "name")
        try Shape.text(params.plan, "plan")
        guard params.name != "*" else {
            throw ParamsFault(param: "name", "`name` must not be '*', which means any workspace.")
        }
        if let tag = params.tag, !KeyFormat.isTag(tag.utf8) {
            throw ParamsFault(param: "tag", "`tag` must be 2 to 12 of a-z and 0-9, first a letter.")
        }
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let view = try call.authority.createWorkspace(
            named: params.name, plan: params.plan, tag: params.tag ?? "kw", by: call.caller, at: call.now)
        return Result(workspace: Workspace(view))
    }
}

extension GetWorkspace: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.workspace(params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        Result(
            workspace: Workspace(try call.authority.workspace(named: params.workspace, for: call.caller, at: call.now)))
    }
}

extension ListWorkspaces: Served {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let workspaces = try call.authority.workspaces(for: call.caller, at: call.now).map { Workspace($0) }
        let plans = call.caller.isOperator ? call.authority.directory.policy.plans.keys.sorted() : nil
        return Result(workspaces: workspaces, plans: plans)
    }
}

extension SetPlan: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.workspace(params.workspace)
        try Shape.text(params.plan, "plan")
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let view = try call.authority.setPlan(
            params.plan, ofWorkspace: params.workspace, isConfirmed: params.confirm ?? false, by: call.caller,
            at: call.now)
        return Result(workspace: Workspace(view))
    }
}

extension GrantMember: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.workspace(params.workspace)
        try Shape.principal(params.principal)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let grants = try call.authority.grant(
            params.role == .admin ? .admin : .viewer, to: params.principal, inWorkspace: params.workspace,
            by: call.caller, at: call.now)
        return Result(members: call.describe(grants))
    }
}

extension RemoveMember: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.workspace(params.workspace)
        try Shape.text(params.principal, "principal")
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let grants = try call.authority.removeMember(
            params.principal, fromWorkspace: params.workspace, by: call.caller, at: call.now)
        return Result(members: call.describe(grants))
    }
}

extension ListMembers: Served {
    static func check(_ params: Params) throws(ParamsFault) {
        try Shape.workspace(params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        Result(
            members: call.describe(try call.authority.members(ofWorkspace: params.workspace, for: call.caller)))
    }
}
