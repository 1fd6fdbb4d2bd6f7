/// The remaining work for loaded keys, until all are loaded.
struct KeyLoad {
    static let freshAtOnce = 64

    /// Keys that are not indexed yet.
    var fresh: [(index: KeyTable.Index, hashes: KeyNames.Hashes)] = []
    /// Keys without a ledger slot.
    var unplaced: [(index: KeyTable.Index, usage: UsageTotals, peers: [PeerShare])] = []
    /// Successors whose first use is not stored.
    var successors: [KeyTable.Index] = []
    /// Keys that have a successor.
    var predecessors: [KeyTable.Index] = []
}

extension RegistryState {
    /// Restores the stored counts of hours that may still grow.
    mutating func restore(_ hours: [HourUsage]) {
        for hour in hours {
            if let index = names.index(ofNumber: hour.key) { table[index].restore(hour) }
        }
    }
}
