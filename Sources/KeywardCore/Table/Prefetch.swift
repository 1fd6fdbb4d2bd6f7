import CLinux

/// The size of a cache line, in bytes.
let cacheLine = 64

/// Makes the processor fetch the cache line of an address, without waiting. Any address is allowed.
@inline(__always)
func prefetch(_ address: UnsafeRawPointer) { clinux_prefetch(address) }
