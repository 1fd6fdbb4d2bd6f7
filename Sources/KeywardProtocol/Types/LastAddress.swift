/// An address from which a key was presented.
package struct LastAddress: Codable, Hashable, Sendable {
    /// IPv4 or IPv6, without a port and without a zone.
    package var address: String
    /// When it last took over from another address of the key.
    package var since: Timestamp

    package init(address: String, since: Timestamp) {
        self.address = address
        self.since = since
    }
}
