internal import Glibc
internal import KeywardBase

extension Wakeup {
    /// Waits for a signal, for `until`, or for one of the events of `socket`. Returns whether the socket has one.
    @discardableResult
    func wait(beside socket: (descriptor: Int32, events: Int16)?, until: ContinuousClock.Instant?) -> Bool {
        let patience = until.map { Int32(clamping: max(0, ContinuousClock.now.duration(to: $0).wholeMilliseconds)) }
        var entries = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        if let socket { entries.append(pollfd(fd: socket.descriptor, events: socket.events, revents: 0)) }
        _ = poll(&entries, nfds_t(entries.count), patience ?? -1)
        if entries[0].revents != 0 { clear() }
        return entries.count > 1 && entries[1].revents != 0
    }
}
