import CLinux

/// The size of a cache line, in bytes.
let cacheLine = 64

/// Has the processor fetch the cache line of an address, and does not wait for it. Any address will do.
@inline(__always)
func prefetch(_ address: UnsafeRawPointer) { clinux_prefetch(address) }
