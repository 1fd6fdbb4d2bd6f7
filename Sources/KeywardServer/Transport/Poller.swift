import CLinux
import Glibc

/// An epoll(7) instance, level-triggered, and what it last reported.
struct Poller: ~Copyable {
    /// What a descriptor is waited for; errors and hang-ups are always told.
    struct Interest: OptionSet {
        let rawValue: UInt32

        static let readable = Interest(rawValue: EPOLLIN.rawValue)
        static let writable = Interest(rawValue: EPOLLOUT.rawValue)
    }

    /// What happened on a descriptor.
    struct Event {
        let tag: UInt64
        private let events: UInt32

        init(_ event: epoll_event) {
            tag = event.data.u64
            events = event.events
        }

        /// Nobody is at the other end, or the socket is broken.
        var isHungUp: Bool { events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
        var isReadable: Bool { events & EPOLLIN.rawValue != 0 }
    }

    private static var room: Int { 128 }
    private let epoll: Descriptor
    private let events: UnsafeMutablePointer<epoll_event>

    /// Ends the process if the kernel has no room for it: without, nothing would be served.
    init() {
        let number = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(number >= 0, "epoll_create1 failed: no descriptors or no memory")
        epoll = Descriptor(owning: number)
        events = .allocate(capacity: Self.room)
        events.initialize(repeating: epoll_event(), count: Self.room)
    }

    deinit {
        events.deallocate()
    }

    /// Waits for at most so many milliseconds, -1 for ever; returns how many events there are. A signal ends it early.
    func wait(milliseconds: Int32) -> Int {
        Int(max(0, epoll_wait(epoll.number, events, Int32(Self.room), milliseconds)))
    }

    subscript(index: Int) -> Event { Event(events[index]) }

    /// Starts to watch a descriptor; false if the kernel has no room for it.
    func add(_ descriptor: Int32, _ interest: Interest, tag: UInt64) -> Bool {
        control(EPOLL_CTL_ADD, descriptor, interest, tag)
    }

    func change(_ descriptor: Int32, _ interest: Interest, tag: UInt64) {
        _ = control(EPOLL_CTL_MOD, descriptor, interest, tag)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ interest: Interest, _ tag: UInt64) -> Bool {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = tag
        return epoll_ctl(epoll.number, operation, descriptor, &event) == 0
    }
}
