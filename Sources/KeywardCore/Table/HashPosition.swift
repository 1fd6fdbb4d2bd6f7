extension UInt32 {
    /// A position for this hash, from 0 to below `capacity`: the hash as a fraction of 2³², times `capacity`. Equally
    /// many hashes have each position (Lemire, "Fast Random Integer Generation in an Interval", 2019).
    @inline(__always)
    func position(below capacity: Int) -> Int {
        Int(truncatingIfNeeded: (UInt64(self) &* UInt64(truncatingIfNeeded: capacity)) >> 32)
    }
}
