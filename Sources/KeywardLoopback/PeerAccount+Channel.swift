package import NIOCore

extension PeerAccount {
    /// The account at the other end of an accepted TCP connection of this host; `nil` if it is not established.
    package borrowing func uid(of accepted: any Channel) -> UInt32? {
        guard let peer = accepted.remoteAddress?.end, let own = accepted.localAddress?.end else { return nil }
        return uid(of: peer, connectedTo: own)
    }
}

extension SocketAddress {
    fileprivate var end: PeerAccount.End? {
        switch self {
        case .v4(let four):
            var address = four.address.sin_addr
            return PeerAccount.End(
                address: withUnsafeBytes(of: &address) { Array($0) }, port: UInt16(bigEndian: four.address.sin_port))
        case .v6(let six):
            var address = six.address.sin6_addr
            return PeerAccount.End(
                address: withUnsafeBytes(of: &address) { Array($0) }, port: UInt16(bigEndian: six.address.sin6_port))
        case .unixDomainSocket: return nil
        }
    }
}
