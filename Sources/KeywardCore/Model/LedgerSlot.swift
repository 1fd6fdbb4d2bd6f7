/// Where a key's usage is kept: the number of a slot of the ledger, and which use of it.
package struct LedgerSlot: Hashable, Sendable {
    package var slot: UInt32
    package var generation: UInt32

    package init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }
}
