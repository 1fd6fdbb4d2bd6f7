import CLinux

/// The allocator of the process, malloc(3).
package enum Allocator {
    /// Returns memory that is not in use to the system, if the C library can (malloc_trim(3)).
    package static func returnUnusedMemory() { clinux_trim_memory() }
}
