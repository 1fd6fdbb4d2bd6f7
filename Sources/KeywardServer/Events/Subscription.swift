import KeywardProtocol

/// The events that a client requests, and those that it may receive.
struct EventFilter: Sendable {
    /// `nil` is all.
    var types: Set<Event.Kind>?
    /// `nil` is every workspace that it may receive.
    var workspace: String?
    /// Whether the client may now receive events of a workspace, or of the host if `nil`. It may block.
    var mayReceive: @Sendable (_ workspace: String?) -> Bool
}

/// A client's subscription. It ends with its connection.
struct Subscription: Sendable {
    let id: String
    let filter: EventFilter
    let address: PushChannel.Address
    let channel: PushChannel
    /// The start of each of its lines.
    let head: [UInt8]

    init(id: String, _ filter: EventFilter, _ address: PushChannel.Address, _ channel: PushChannel) {
        self.id = id
        self.filter = filter
        self.address = address
        self.channel = channel
        head = EventText.head(subscription: id)
    }

    func wants(_ eventRecord: EventRecord) -> Bool {
        if let types = filter.types, !types.contains(eventRecord.type) { return false }
        return filter.workspace == nil || filter.workspace == eventRecord.workspace
    }
}
