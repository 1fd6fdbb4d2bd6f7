internal import Glibc
internal import KeywardBase

/// Checks that the process can open the descriptors that a start needs. Some parts end the process without a message
/// when they get none.
enum DescriptorReserve {
    /// The number for a start with four event loops, and a reserve.
    static let needed = 64

    static func check() throws(StartFault) {
        var taken: [Int32] = []
        defer { taken.forEach { close($0) } }
        while taken.count < needed {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                let number = errno
                // Without the device the check is impossible, and the start continues.
                guard let remedy = StartFault.passingRemedy(number) else { return }
                throw StartFault(
                    problem: "keywardd needs \(needed) file descriptors to start and got \(taken.count): "
                        + "\(systemMessage(number)).",
                    remedy: remedy, status: .system)
            }
            taken.append(descriptor)
        }
    }
}
