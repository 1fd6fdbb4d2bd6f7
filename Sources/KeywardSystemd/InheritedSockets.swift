internal import CSystemd
internal import Glibc

/// The listening sockets that the service manager passes (sd_listen_fds(3)).
package enum InheritedSockets {
    /// What is wrong with a passed descriptor; a restart does not help.
    package enum Fault: Error, Equatable, CustomStringConvertible {
        case environment(errno: Int32)
        case notListening(name: String)
        case duplicate(name: String)
        case unexpected(name: String)

        package var description: String {
            switch self {
            case .environment(let number):
                "LISTEN_FDS cannot be used (errno \(number)); start the daemon through its socket units."
            case .notListening(let name):
                "The socket '\(name)' is not a listening Unix stream socket; ListenStream= in its unit must be a path."
            case .duplicate(let name):
                "There is more than one socket named '\(name)'; check FileDescriptorName= in the socket units."
            case .unexpected(let name):
                "A socket is named '\(name)', which is none of the daemon's; check FileDescriptorName= in the units."
            }
        }
    }

    /// The descriptors by name, each one of `names` and close-on-exec; empty if none were passed.
    ///
    /// It removes the environment variables, so only the first call returns descriptors. Call it before threads start.
    package static func take(named names: Set<String>) throws(Fault) -> [String: Int32] {
        try check(handedOver(), against: names, isListening: isListening)
    }

    static func check(
        _ sockets: [(name: String, descriptor: Int32)], against names: Set<String>, isListening: (Int32) -> Bool
    ) throws(Fault) -> [String: Int32] {
        var result: [String: Int32] = [:]
        for (name, descriptor) in sockets {
            guard names.contains(name) else { throw .unexpected(name: name) }
            guard isListening(descriptor) else { throw .notListening(name: name) }
            guard result.updateValue(descriptor, forKey: name) == nil else { throw .duplicate(name: name) }
        }
        return result
    }

    private static func handedOver() throws(Fault) -> [(name: String, descriptor: Int32)] {
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = sd_listen_fds_with_names(1, &list)
        guard count >= 0 else { throw .environment(errno: -count) }
        guard count > 0 else { return [] }
        defer {
            for index in 0..<Int(count) { free(list?[index]) }
            free(list)
        }
        return (0..<count).map { index in
            let name = list?[Int(index)].map { String(cString: $0) } ?? ""
            return (name, SD_LISTEN_FDS_START + index)
        }
    }

    private static func isListening(_ descriptor: Int32) -> Bool {
        sd_is_socket_unix(descriptor, Int32(SOCK_STREAM.rawValue), 1, nil, 0) > 0
    }
}
