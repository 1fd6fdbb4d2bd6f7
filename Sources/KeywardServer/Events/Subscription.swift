import KeywardProtocol

/// Which events a client wants, and which it may have.
struct EventFilter: Sendable {
    /// `nil` is all.
    var types: Set<Event.Kind>?
    /// `nil` is all that it may be told of.
    var workspace: String?
    /// Whether the client may be told of a workspace now; of the host's own events, if `nil`. It may block.
    var mayBeTold: @Sendable (_ workspace: String?) -> Bool
}

/// A client's wish to be told of events. It ends with its connection.
struct Subscription: Sendable {
    let id: String
    let filter: EventFilter
    let address: Outlet.Address
    let outlet: Outlet
    /// The start of each of its lines.
    let head: [UInt8]

    init(id: String, _ filter: EventFilter, _ address: Outlet.Address, _ outlet: Outlet) {
        self.id = id
        self.filter = filter
        self.address = address
        self.outlet = outlet
        head = EventText.head(subscription: id)
    }

    func wants(_ happening: Happening) -> Bool {
        if let types = filter.types, !types.contains(happening.type) { return false }
        return filter.workspace == nil || filter.workspace == happening.workspace
    }
}
