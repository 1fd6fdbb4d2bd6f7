package import KeywardBase

/// Where a site finds the address of the proxy's client.
package struct ClientAddress: Hashable, Sendable {
    /// The name of the header in which the proxy puts it: one address, or a list to which each proxy adds one.
    package var header: String
    /// The addresses of proxies that are trusted to have added the rightmost ones.
    package var trustedProxies: [AddressBlock]

    package init(header: String, trustedProxies: [AddressBlock] = []) {
        (self.header, self.trustedProxies) = (header, trustedProxies)
    }
}
