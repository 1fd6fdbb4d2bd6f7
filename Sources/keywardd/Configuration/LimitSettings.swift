internal import KeywardServer
internal import KeywardSettings

extension SocketLimits {
    /// Reads `limits.admin` or `limits.verify`; absent members keep their value.
    mutating func read(_ section: inout Section) throws(ConfigurationError) {
        let place = section.position(of: "connectionsPerUser") ?? section.position(of: "connections")
        let reservedPlace = section.position(of: "reserved") ?? place
        lineBytes = try section.integer("lineBytes", in: 1_024...(8 << 20)) ?? lineBytes
        connections = try section.integer("connections", in: 1...65_536) ?? connections
        connectionsPerUser = try section.integer("connectionsPerUser", in: 1...65_536) ?? connectionsPerUser
        reserved = try section.integer("reserved", in: 0...1_024) ?? reserved
        partialLineSeconds = try section.integer("partialLineSeconds", in: 1...3_600) ?? partialLineSeconds
        stalledWriteSeconds = try section.integer("stalledWriteSeconds", in: 1...3_600) ?? stalledWriteSeconds
        try readIdle(&section)
        try section.end()
        guard connectionsPerUser <= connections else {
            throw ConfigurationError(
                file: section.file, position: place,
                message: "'\(section.path).connectionsPerUser' (\(connectionsPerUser)) must be at most "
                    + "'connections' (\(connections))")
        }
        guard reserved < connections else {
            throw ConfigurationError(
                file: section.file, position: reservedPlace,
                message: "'\(section.path).reserved' (\(reserved)) must be less than 'connections' (\(connections))")
        }
    }

    /// Seconds, or `never`.
    private mutating func readIdle(_ section: inout Section) throws(ConfigurationError) {
        var probe = section
        if let node = probe.take("idleSeconds"), case .scalar("never", _) = node.content {
            section = probe
            idleSeconds = nil
        } else {
            idleSeconds = try section.integer("idleSeconds", in: 1...86_400) ?? idleSeconds
        }
    }
}
