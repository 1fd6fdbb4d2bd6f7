import KeywardProtocol

/// Which events a client wants, and which it may have.
struct EventFilter: Sendable {
    /// `nil` is all.
    var types: Set<Event.Kind>?
    /// `nil` is all that it may be told of.
    var workspace: String?
    /// Whether the client may be told of a workspace now; of the host's own events, if `nil`. It may block.
    var mayReceive: @Sendable (_ workspace: String?) -> Bool
}

/// A client's wish to be told of events. It ends with its connection.
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
