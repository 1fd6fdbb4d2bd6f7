internal import Glibc

/// Wakes a thread that waits in poll(2).
struct Bell: ~Copyable, Sendable {
    private let hearing: Int32
    private let ringing: Int32

    /// `nil` when the process has no descriptors left (errno).
    init?() {
        var pair: (Int32, Int32) = (-1, -1)
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let result = withUnsafeMutableBytes(of: &pair) { bytes in
            socketpair(AF_UNIX, kind, 0, bytes.baseAddress?.assumingMemoryBound(to: Int32.self))
        }
        guard result == 0 else { return nil }
        (hearing, ringing) = pair
    }

    deinit {
        _ = close(hearing)
        _ = close(ringing)
    }

    /// Ends the current wait, or the next one. A bell that is full rings already.
    func ring() {
        _ = send(ringing, [1], 1, Int32(MSG_NOSIGNAL))
    }

    /// Waits until the bell rings, `until` has come, or `socket` has one of its events; tells whether it has.
    @discardableResult
    func wait(beside socket: (descriptor: Int32, events: Int16)?, until: ContinuousClock.Instant?) -> Bool {
        let patience = until.map { Int32(clamping: max(0, ContinuousClock.now.duration(to: $0).wholeMilliseconds)) }
        var entries = [pollfd(fd: hearing, events: Int16(POLLIN), revents: 0)]
        if let socket { entries.append(pollfd(fd: socket.descriptor, events: socket.events, revents: 0)) }
        _ = poll(&entries, nfds_t(entries.count), patience ?? -1)
        if entries[0].revents != 0 {
            withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { _ = recv(hearing, $0.baseAddress, 64, 0) }
        }
        return entries.count > 1 && entries[1].revents != 0
    }
}
