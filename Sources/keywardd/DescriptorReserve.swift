internal import Glibc
internal import KeywardBase

/// Whether the process can have the descriptors that a start needs: some of its parts end the process without a word
/// when they get none.
enum DescriptorReserve {
    /// What a start with four event loops takes, and some more.
    static let needed = 64

    static func check() throws(StartFault) {
        var taken: [Int32] = []
        defer { taken.forEach { close($0) } }
        while taken.count < needed {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                let number = errno
                // Without the device nothing can be told; the start goes on as it can.
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
