package import KeywardBase

extension ClientAddress {
    /// The rightmost address that is not of a trusted proxy; if all are, the leftmost. A client can write whatever it
    /// likes on the left. `nil` if there is none, or what decides is no address.
    package func address(in lines: RequestFields.Lines) -> IPAddress? {
        var found: IPAddress?
        for line in ([lines.first].compactMap { $0 } + lines.others).reversed() {
            for text in line.split(separator: ",", omittingEmptySubsequences: false).reversed() {
                guard let address = IPAddress(Self.trimmed(text)) else { return nil }
                if !trustedProxies.contains(where: { $0.contains(address) }) { return address }
                found = address
            }
        }
        return found
    }

    /// Without spaces and tabs at both ends (RFC 9110, section 5.6.3).
    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" } ?? start.startIndex
        return start.isEmpty ? start : start[...end]
    }
}
