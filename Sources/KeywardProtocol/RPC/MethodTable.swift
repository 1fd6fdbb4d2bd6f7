/// Every method, in the order of `rpc.discover`. A method outside the table cannot be called.
package enum MethodTable {
    package static let methods: [any Method.Type] = [
        CreateKey.self, ImportKeys.self, ListKeys.self, GetKey.self, UpdateKey.self, RotateKey.self,
        ConfirmRotation.self,
        CancelRotation.self, RevokeKey.self, DisableKey.self, EnableKey.self, GetUsage.self, VerifyKey.self,
        CreateWorkspace.self, GetWorkspace.self, ListWorkspaces.self, SetPlan.self, GrantMember.self,
        RemoveMember.self, ListMembers.self, SetBudget.self, GetBudget.self, ListBudgets.self, RemoveBudget.self,
        RunSweep.self, GetSweeps.self, AcceptClock.self, ListAudit.self,
        CheckAudit.self, AcknowledgeAudit.self, Subscribe.self, Ping.self, GetStatus.self, GetMetrics.self,
        BackUp.self, Reload.self, GetPepper.self, Discover.self,
    ]

    /// The dispatcher's data about a method, without references.
    package struct Descriptor: Sendable {
        /// The index in ``MethodTable/methods``.
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

    /// The method named by `name`, a string node of `tape`; allocates nothing unless the name has escapes.
    package static func descriptor(
        named name: Int, of tape: borrowing JSONTape, in line: Span<UInt8>
    ) -> Descriptor? {
        let node = tape[name]
        if !node.hasEscapes { return descriptor(named: line.extracting(node.contents)) }
        return tape.string(name, in: line).flatMap { descriptor(named: Array($0.utf8).span) }
    }

    /// The method named `name`; allocates nothing.
    package static func descriptor(named name: Span<UInt8>) -> Descriptor? {
        name.withUnsafeBytes { wanted in
            guard wanted.count >= 8 else { return nil }
            let sign = Sign(wanted)
            for index in signs.indices where signs[index] == sign {
                return names[index].elementsEqual(wanted) ? descriptors[index] : nil
            }
            return nil
        }
    }

    /// Distinguishes the names without a full comparison: the length, and the first and the last eight bytes.
    private struct Sign: Hashable {
        var length: Int
        var (head, tail): (UInt64, UInt64)

        /// `name` has at least eight bytes.
        init(_ name: UnsafeRawBufferPointer) {
            length = name.count
            head = name.loadUnaligned(as: UInt64.self)
            tail = name.loadUnaligned(fromByteOffset: name.count - 8, as: UInt64.self)
        }
    }

    private static let names: [[UInt8]] = methods.map { Array($0.name.utf8) }

    private static let signs: [Sign] = {
        let signs = names.map { name in name.withUnsafeBytes { Sign($0) } }
        precondition(Set(signs).count == signs.count, "two methods look alike to the table")
        return signs
    }()
}
