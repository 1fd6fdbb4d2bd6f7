/// Every method, in the order in which `rpc.discover` tells of them. What is not here cannot be reached.
package enum MethodTable {
    package static let methods: [any Method.Type] = [
        CreateKey.self, ListKeys.self, GetKey.self, UpdateKey.self, RotateKey.self, ConfirmRotation.self,
        CancelRotation.self, RevokeKey.self, DisableKey.self, EnableKey.self, GetUsage.self, VerifyKey.self,
        CreateWorkspace.self, GetWorkspace.self, ListWorkspaces.self, SetPlan.self, GrantMember.self,
        RemoveMember.self, ListMembers.self, ListAudit.self, CheckAudit.self, Ping.self, GetStatus.self,
        GetMetrics.self, BackUp.self, Discover.self,
    ]
}
