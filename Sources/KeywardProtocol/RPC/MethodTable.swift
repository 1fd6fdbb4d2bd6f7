/// Every method, in the order in which `rpc.discover` tells of them. What is not here cannot be reached.
package enum MethodTable {
    package static let methods: [any Method.Type] = [
        CreateKey.self, ListKeys.self, GetKey.self, UpdateKey.self, RotateKey.self, ConfirmRotation.self,
        CancelRotation.self, RevokeKey.self, DisableKey.self, EnableKey.self, GetUsage.self, VerifyKey.self,
        CreateWorkspace.self, GetWorkspace.self, ListWorkspaces.self, SetPlan.self, GrantMember.self,
        RemoveMember.self, ListMembers.self, ListAudit.self, CheckAudit.self, Ping.self, GetStatus.self,
        GetMetrics.self, BackUp.self, Discover.self,
    ]

    /// What the dispatcher must know of a method, without a reference to anything.
    package struct Descriptor: Sendable {
        /// The place in ``MethodTable/methods``.
        package var index: Int
        package var method: any Method.Type
        package var reach: MethodContract.Reach
        package var role: MethodContract.Role
        package var work: MethodContract.Work
    }

    /// A descriptor for each of ``methods``, in their order.
    package static let descriptors: [Descriptor] = methods.enumerated().map { index, method in
        let contract = method.contract
        return Descriptor(
            index: index, method: method, reach: contract.reach, role: contract.role, work: contract.work)
    }

    /// The method that is called `name`, a string node of `tape`; allocates nothing.
    package static func descriptor(
        named name: Int, of tape: borrowing JSONTape, in line: Span<UInt8>
    ) -> Descriptor? {
        names.firstIndex { known in tape.equals(name, known.span, in: line) }.map { descriptors[$0] }
    }

    /// The method that is called `name`; allocates nothing.
    package static func descriptor(named name: Span<UInt8>) -> Descriptor? {
        name.withUnsafeBytes { wanted in
            for index in names.indices where names[index].count == wanted.count && names[index].elementsEqual(wanted) {
                return descriptors[index]
            }
            return nil
        }
    }

    private static let names: [[UInt8]] = methods.map { Array($0.name.utf8) }
}
