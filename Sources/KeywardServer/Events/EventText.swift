import KeywardProtocol

/// An event as a line. Only its start differs between subscriptions, so the rest is encoded once.
enum EventText {
    private static let envelope = #"{"jsonrpc":"2.0","method":"event","params":"#
    /// The encoder's output for a subscription with an empty id, which is the first member.
    private static let unnamed = #"{"subscription":"","#

    /// The start of every line of a subscription, whose id needs no escapes.
    static func head(subscription: String) -> [UInt8] {
        Array(#"\#(envelope){"subscription":"\#(subscription)","#.utf8)
    }

    /// The rest of the line.
    static func rest(of event: Event) -> [UInt8] {
        // Words, numbers and validated JSON can always be encoded.
        guard let bytes = try? JSONCoding.bytes(of: event), bytes.starts(with: unnamed.utf8) else { return [] }
        return bytes.dropFirst(unnamed.utf8.count) + Array("}\n".utf8)
    }
}
