import Glibc
import KeywardCore

/// A loop's measurements for the spread of connections, and their start.
struct LoopMeter {
    /// How long an idle loop may keep connections that another one should have, in milliseconds.
    static let rest: Int64 = 100

    private(set) var from: Int64
    private var busyBefore = Self.processorTime()
    var reads = 0
    var lines = 0

    init(now: Int64) {
        from = now
    }

    /// Ends a sample period and begins the next.
    mutating func sample(until now: Int64) -> LoopSample {
        let busy = Self.processorTime()
        defer { (from, busyBefore, reads, lines) = (now, busy, 0, 0) }
        return LoopSample(
            from: from, until: now, busy: busy - busyBefore, reads: reads, lines: lines, active: 0, clients: [])
    }

    /// The processor time of the calling thread, in nanoseconds.
    private static func processorTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

extension EventLoop {
    /// Reports this loop's recent work to the group, and gives away the connections that others should have.
    mutating func spread() {
        var sample = meter.sample(until: now)
        for index in 0..<slots.capacity where slots.isFilled(index) {
            guard slots[index].pointee.readAt >= sample.from else { continue }
            sample.active += 1
            sample.clients.insert(slots[index].pointee.peer.pid)
        }
        guard let move = group.note(sample, of: number) else { return }
        for index in chosen(for: move, since: sample.from) { give(index, to: move.to) }
    }

    /// The slots of the connections to move: those of one process together, because it is woken once for all replies of
    /// one loop.
    private func chosen(for move: Move, since start: Int64) -> [Int] {
        let movable = (0..<slots.capacity).filter { slots.isFilled($0) && isMovable($0) }
        switch move.which {
        case .all: return movable
        case .active(let count):
            let active = movable.filter { slots[$0].pointee.readAt >= start }
            return Array(active.sorted { slots[$0].pointee.peer.pid < slots[$1].pointee.peer.pid }.prefix(count))
        }
    }

    private func isMovable(_ index: Int) -> Bool {
        !slots[index].pointee.isRefused && slots[index].pointee.channel == nil
            && slots[index].pointee.connection.atRest != nil
    }

    private mutating func give(_ index: Int, to loop: Int) {
        guard let rest = slots[index].pointee.connection.atRest else { return }
        let (descriptor, peer) = (slots[index].pointee.socket.number, slots[index].pointee.peer)
        // Before the move: the other loop may close it at once, and the number may be reused.
        poller.remove(descriptor)
        guard group.move(descriptor, peer, rest, to: loop) else {
            _ = poller.add(descriptor, slots[index].pointee.interest, tag: slots[index].pointee.tag)
            return
        }
        slots.release(index)
        group.mailboxes[number].load.subtract(1, ordering: .relaxed)
    }
}
