import Glibc
import KeywardBase
import KeywardCore
import Synchronization

/// Serves connections on one thread. It waits for ready ones, receives once from each, answers the lines, and sends
/// each connection its replies at once. Its state belongs to this thread; other threads write to its mailbox.
///
/// Up to `together` connections are served together: all are read, then all answered, then all sent to. So accesses to
/// their keys overlap, and a client process that waits on many connections is woken once for all.
struct EventLoop<Handler: LineHandler>: ~Copyable {
    /// The shortest time between checks of deadlines, in milliseconds.
    private static var tick: Int64 { 250 }
    /// The number of last reads of a connection before it ends; at 64 KiB each, more than a socket holds by default.
    private static var lastReads: Int { 16 }
    /// The number of connections that are served together: their lines and keys fit into the nearer caches.
    private static var together: Int { 32 }
    /// The tag of the mailbox; no slot has it.
    private static var mailboxTag: UInt64 { .max }

    let poller: Poller
    private let mailbox: Mailbox
    let group: LoopGroup
    /// The index in the group.
    let number: Int
    private let quota: ConnectionQuota
    private var bounds: ConnectionBounds
    private var refusals: TransportRefusals
    private var handler: Handler
    var slots: Slots
    var meter: LoopMeter
    /// The connections that were read and must be served, and whether their lines were taken.
    private var ready: [(index: Int, isTaken: Bool)] = []
    private(set) var now = MonotonicClock.now()
    /// The time of the next check of deadlines.
    private var tickAt = Int64.max
    /// When the last connection must be closed; `nil` until the loop is drained.
    private var drainDeadline: Int64?
    /// Called once, when no further call of any connection will run.
    private var whenAnswered: (@Sendable () -> Void)?
    /// The number of leading slots without a connection that has a call to run.
    private var answered = 0

    init(
        handler: Handler, number: Int, of group: LoopGroup, quota: ConnectionQuota, limits: SocketLimits,
        refusals: TransportRefusals
    ) {
        mailbox = group.mailboxes[number]
        poller = Poller(mailbox.epoll)
        self.group = group
        self.number = number
        meter = LoopMeter(now: now)
        self.quota = quota
        self.handler = handler
        self.refusals = refusals
        bounds = ConnectionBounds(limits)
        slots = Slots(capacity: limits.connections + ConnectionQuota.refusals)
        _ = poller.add(mailbox.wake.descriptor, .readable, tag: Self.mailboxTag)
    }

    /// Serves until it has been drained.
    mutating func run() {
        while drainDeadline == nil { iterate() }
        noteAnswered()
        while slots.count > 0 {
            iterate()
            noteAnswered()
        }
    }

    private mutating func iterate() {
        let count = poller.wait(milliseconds: patience)
        now = MonotonicClock.now()
        var hasMessages = false
        for index in 0..<count {
            let event = poller[index]
            if event.tag == Self.mailboxTag { hasMessages = true } else { handle(event) }
            if ready.count == Self.together { serveReady() }
        }
        serveReady()
        if hasMessages { readMessages() }
        if now >= tickAt { expire() }
        handler.iterationEnded()
        if let window = group.window, now - meter.from >= window { spread() }
    }

    private var patience: Int32 {
        var next = tickAt
        // The first loop gives nothing away while it is idle.
        if number > 0, slots.count > 0, group.window != nil { next = min(next, now + LoopMeter.rest) }
        return next == .max ? -1 : Int32(clamping: max(0, next - now))
    }

    // MARK: A connection that is ready

    private mutating func handle(_ event: Poller.Event) {
        guard let index = slots.index(of: event.tag) else { return }
        if event.isReadable || event.isHungUp {
            let reads = slots[index].pointee.connection.wants.contains(.read)
            if reads ? !receive(from: slots[index]) : event.isHungUp { return close(index) }
            if slots[index].pointee.connection.heldInput > 0 {
                slots[index].pointee.readAt = now
                meter.reads += 1
            }
        }
        let slot = slots[index]
        let lines = slot.pointee.connection.take(by: &handler, from: slot.pointee.peer)
        meter.lines += lines
        ready.append((index, isTaken: lines > 0))
    }

    /// Serves the connections that have been read.
    private mutating func serveReady() {
        for (index, isTaken) in ready where isTaken {
            slots[index].pointee.connection.answerTaken(by: &handler, from: slots[index].pointee.peer)
        }
        for (index, _) in ready { serve(index) }
        ready.removeAll(keepingCapacity: true)
    }

    /// Receives once; false if the connection is broken.
    private func receive(from slot: UnsafeMutablePointer<Slot>) -> Bool {
        let socket = slot.pointee.socket.number
        var (received, failure): (Int, Int32) = (0, 0)
        slot.pointee.connection.receive(now: now) { buffer in
            received = recv(socket, buffer.baseAddress, buffer.count, 0)
            if received < 0 { failure = errno }
            return max(0, received)
        }
        if received == 0 { slot.pointee.connection.endInput() }
        return received >= 0 || failure == EAGAIN || failure == EINTR
    }

    /// Answers what can be answered, sends what can be sent, and updates the poller and the deadlines.
    private mutating func serve(_ index: Int) {
        let slot = slots[index]
        var isHeldUp: Bool
        repeat {
            let token = ReplyToken(mailbox: mailbox, tag: slot.pointee.tag, call: slot.pointee.connection.call)
            slot.pointee.connection.answer(
                by: &handler, from: slot.pointee.peer, token: token, refusals: refusals, now: now)
            isHeldUp = !slot.pointee.connection.canAnswer
            guard send(to: slot) else { return close(index) }
        } while isHeldUp && slot.pointee.connection.canAnswer
        settle(index)
    }

    /// Sends once; false if the connection is broken.
    private func send(to slot: UnsafeMutablePointer<Slot>) -> Bool {
        guard slot.pointee.connection.wants.contains(.write) else { return true }
        let socket = slot.pointee.socket.number
        let sent = slot.pointee.connection.withOutput { bytes in
            Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        if sent < 0, errno != EAGAIN, errno != EINTR { return false }
        slot.pointee.connection.sent(max(0, sent), now: now)
        return true
    }

    /// Does the connection's other operations.
    private mutating func settle(_ index: Int) {
        let slot = slots[index]
        var wants = slot.pointee.connection.wants
        if wants.contains(.shutDown) {
            shutdown(slot.pointee.socket.number, Int32(SHUT_WR))
            slot.pointee.connection.didShutDown(now: now)
            wants = slot.pointee.connection.wants
        }
        if wants.contains(.close) { return close(index) }
        var interest: Poller.Interest = wants.contains(.read) ? .readable : []
        if wants.contains(.write) { interest.insert(.writable) }
        if interest != slot.pointee.interest {
            poller.change(slot.pointee.socket.number, interest, tag: slot.pointee.tag)
            slot.pointee.interest = interest
        }
        if let deadline = slot.pointee.connection.deadline { tickAt = min(tickAt, max(deadline, now + Self.tick)) }
    }

    private mutating func close(_ index: Int) {
        let (peer, isRefused) = (slots[index].pointee.peer, slots[index].pointee.isRefused)
        slots[index].pointee.channel?.close()
        slots.remove(index)
        forget(peer, isRefused: isRefused)
    }

    private func forget(_ peer: PeerCredentials, isRefused: Bool) {
        mailbox.load.subtract(1, ordering: .relaxed)
        if isRefused { quota.releaseRefused() } else { quota.release(peer.uid) }
    }

    // MARK: Mail

    private mutating func readMessages() {
        for message in mailbox.take() {
            switch message {
            case .accepted(let descriptor, let peer, let refusal):
                let requester = handler.requester(of: peer)
                adopt(
                    Descriptor(owning: descriptor), peer, Connection(bounds: bounds, requester: requester, now: now),
                    refusal)
            case .moved(let descriptor, let peer, let rest):
                let requester = handler.requester(of: peer)
                adopt(Descriptor(owning: descriptor), peer, Connection(bounds: bounds, requester: requester, rest))
            case .completed(let tag, let call, let reply):
                guard let index = slots.index(of: tag) else { continue }
                slots[index].pointee.connection.complete(call: call, with: reply, now: now)
                serve(index)
            case .partlyCompleted(let tag, let call, let part):
                guard let index = slots.index(of: tag) else { continue }
                slots[index].pointee.connection.append(part, toReplyOf: call, now: now)
                serve(index)
            case .subscribed(let tag, let channel): subscribe(tag, channel)
            case .pushed(let tag, let line, let channel):
                channel.arrived(line)
                guard let index = slots.index(of: tag) else { continue }
                if !slots[index].pointee.connection.push(line) { channel.cutOff() }
                serve(index)
            case .cutOff(let tag): if let index = slots.index(of: tag) { close(index) }
            case .limits(let limits, let refusals): adopt(limits, refusals)
            case .called(let answer): answer()
            case .drain(let deadline, let whenAnswered):
                self.whenAnswered = whenAnswered
                drain(by: deadline)
            case .pushesEnded: endPushes()
            }
        }
    }

    private mutating func subscribe(_ tag: UInt64, _ channel: PushChannel) {
        guard let index = slots.index(of: tag) else { return channel.close() }
        slots[index].pointee.channel = channel
        slots[index].pointee.connection.subscribe()
    }

    private mutating func adopt(_ limits: SocketLimits, _ refusals: TransportRefusals) {
        bounds = ConnectionBounds(limits)
        self.refusals = refusals
        slots.grow(to: limits.connections + ConnectionQuota.refusals)
        for index in 0..<slots.capacity where slots.isFilled(index) {
            slots[index].pointee.connection.adopt(bounds)
            serve(index)
        }
    }

    private mutating func adopt(
        _ socket: consuming Descriptor, _ peer: PeerCredentials, _ connection: consuming Connection,
        _ refusal: [UInt8]? = nil
    ) {
        guard let tag = slots.nextTag, poller.add(socket.number, .readable, tag: tag) else {
            return forget(peer, isRefused: refusal != nil)
        }
        if let refusal { connection.refuse(with: refusal) }
        let index = slots.insert(
            Slot(
                socket: socket, peer: peer, isRefused: refusal != nil, tag: tag, interest: .readable,
                connection: connection))
        serve(index)
    }

    // MARK: Time

    private mutating func expire() {
        tickAt = .max
        for index in 0..<slots.capacity where slots.isFilled(index) {
            if !slots[index].pointee.connection.expire(now: now) { slots[index].pointee.channel?.cutOff() }
            serve(index)
        }
        if let drainDeadline { hurry(to: drainDeadline) }
    }

    /// Reads what was sent so far, and ends every connection once that is answered.
    private mutating func drain(by deadline: Int64) {
        drainDeadline = deadline
        for index in 0..<slots.capacity where slots.isFilled(index) {
            // There may be many of them, with much to answer: the last call must not be missed meanwhile.
            now = MonotonicClock.now()
            let tag = slots[index].pointee.tag
            if now < lastCall(before: deadline) { takeLast(of: index, tag) }
            guard slots.index(of: tag) != nil else { continue }
            slots[index].pointee.connection.drain()
            serve(index)
        }
        hurry(to: deadline)
    }

    private mutating func noteAnswered() {
        guard let whenAnswered else { return }
        // An answered connection stays answered, and no new one is accepted.
        while answered < slots.capacity {
            if slots.isFilled(answered), !slots[answered].pointee.connection.isAnswered { return }
            answered += 1
        }
        self.whenAnswered = nil
        whenAnswered()
    }

    private mutating func endPushes() {
        for index in 0..<slots.capacity where slots.isFilled(index) {
            slots[index].pointee.connection.endPushes(refusals)
            serve(index)
        }
    }

    /// Answers what the kernel has received so far; bounded, because the client may never stop.
    private mutating func takeLast(of index: Int, _ tag: UInt64) {
        for _ in 0..<Self.lastReads {
            let slot = slots[index]
            guard slot.pointee.connection.wants.contains(.read) else { return }
            let held = slot.pointee.connection.heldInput
            guard receive(from: slot) else { return close(index) }
            guard slot.pointee.connection.heldInput > held else { return }
            serve(index)
            guard slots.index(of: tag) != nil else { return }
        }
    }

    private func lastCall(before deadline: Int64) -> Int64 { deadline - bounds.linger - Self.tick }

    /// Shortly before the deadline pending replies are abandoned; at the deadline everything is.
    private mutating func hurry(to deadline: Int64) {
        let lastCall = lastCall(before: deadline)
        for index in 0..<slots.capacity where slots.isFilled(index) && now >= lastCall {
            if now >= deadline {
                close(index)
            } else {
                if slots[index].pointee.connection.isAnswered {
                    slots[index].pointee.connection.endPushes(refusals)
                } else {
                    slots[index].pointee.connection.refuse(with: refusals.shuttingDown)
                }
                serve(index)
            }
        }
        tickAt = min(tickAt, now >= lastCall ? deadline : lastCall)
    }
}
