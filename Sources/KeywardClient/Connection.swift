internal import Glibc

/// A blocking connection to the daemon: one call at a time.
///
/// After an error other than `rejected` it cannot be used again.
package final class Connection {
    private let socket: UnixSocket
    private var buffer = LineBuffer()
    private var tape = JSONTape(limits: .reply)
    private var lastID = 0

    /// Connects to the socket at `path`. Waits at most `patience` for a daemon that is slow to accept.
    package init(path: String, patience: Duration = .seconds(5)) throws(KeywardError) {
        socket = try UnixSocket.connecting(to: path, patience: patience)
    }

    /// Calls a method and waits for its reply, at most `limit`.
    package func call<M: Method>(
        _ method: M.Type, _ params: M.Params, within limit: Duration
    ) throws(KeywardError) -> Answer<M.Result> {
        let line = try RequestLine.bytes(method, id: nextID(), params: params)
        return try Answer(exchange(line, within: limit), of: M.name)
    }

    /// Calls a method by name. Returns the result's JSON, unchanged.
    package func call(
        method: String, params: JSONText, within limit: Duration
    ) throws(KeywardError) -> JSONText {
        let line = try RequestLine.bytes(method: method, id: nextID(), params: params)
        return JSONText(String(decoding: try exchange(line, within: limit), as: UTF8.self))
    }

    /// Waits for the next event of a subscription, without a time limit.
    ///
    /// - Parameter witness: a descriptor whose hang-up ends the wait with `closed`.
    package func nextEvent(watching witness: Int32? = nil) throws(KeywardError) -> Answer<Event> {
        while true {
            while let line = buffer.nextLine() {
                if let event = try EventLine.read(line, tape: &tape) { return event }
            }
            if buffer.isOverfull { throw .protocolViolation("its line is longer than any of Keyward's") }
            switch UnixSocket.receive(from: socket.descriptor, into: &buffer) {
            case .moved: break
            case .wouldBlock: try awaitInput(watching: witness)
            case .ended: throw .connectionLost
            }
        }
    }

    private func awaitInput(watching witness: Int32?) throws(KeywardError) {
        // poll(2) reports a hang-up even if no events are requested.
        var entries = [
            pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: witness ?? -1, events: 0, revents: 0),
        ]
        while poll(&entries, 2, -1) < 0 {
            if errno != EINTR { throw .connectionLost }
        }
        if entries[1].revents & Int16(POLLERR | POLLHUP) != 0 { throw .closed }
    }

    private func nextID() -> Int {
        lastID += 1
        return lastID
    }

    private func exchange(_ line: [UInt8], within limit: Duration) throws(KeywardError) -> [UInt8] {
        let deadline = ContinuousClock.now + limit
        try send(line, before: deadline)
        while true {
            let reply = try receiveLine(before: deadline)
            guard let arrival = try ReceivedLine(line: reply, tape: &tape) else { continue }
            if let id = arrival.id, id != lastID { throw .protocolViolation("it answered a call that was not made") }
            switch arrival.outcome {
            case .success(let result): return result
            case .failure(let error): throw .rejected(error)
            }
        }
    }

    private func send(_ line: [UInt8], before deadline: ContinuousClock.Instant) throws(KeywardError) {
        var rest = line[...]
        while !rest.isEmpty {
            switch UnixSocket.send(rest, to: socket.descriptor) {
            case .moved(let count): rest.removeFirst(count)
            case .wouldBlock: try wait(for: POLLOUT, before: deadline)
            // A daemon that refuses a connection sends the reason before it closes. So the reply must still be read.
            case .ended: return
            }
        }
    }

    private func receiveLine(before deadline: ContinuousClock.Instant) throws(KeywardError) -> [UInt8] {
        while true {
            if let line = buffer.nextLine() { return line }
            if buffer.isOverfull { throw .protocolViolation("its reply is longer than any of Keyward's") }
            switch UnixSocket.receive(from: socket.descriptor, into: &buffer) {
            case .moved: break
            case .wouldBlock: try wait(for: POLLIN, before: deadline)
            case .ended: throw .connectionLost
            }
        }
    }

    private func wait(for events: Int32, before deadline: ContinuousClock.Instant) throws(KeywardError) {
        var entry = pollfd(fd: socket.descriptor, events: Int16(events), revents: 0)
        while true {
            let rest = ContinuousClock.now.duration(to: deadline)
            guard rest > .zero else { throw .timedOut }
            let ready = poll(&entry, 1, Int32(clamping: rest.wholeMilliseconds))
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw .connectionLost }
        }
    }
}
