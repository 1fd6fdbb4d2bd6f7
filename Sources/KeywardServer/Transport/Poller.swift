import CLinux
import Glibc
import KeywardBase

/// An epoll(7) instance, level-triggered, and its last events.
struct Poller: ~Copyable {
    /// The events to wait for; errors and hang-ups are always reported.
    struct Interest: OptionSet {
        let rawValue: UInt32

        static let readable = Interest(rawValue: EPOLLIN.rawValue)
        static let writable = Interest(rawValue: EPOLLOUT.rawValue)
    }

    /// An event of a descriptor.
    struct Event {
        let tag: UInt64
        private let events: UInt32

        init(_ event: epoll_event) {
            tag = event.data.u64
            events = event.events
        }

        /// The peer has closed, or the socket is broken.
        var isHungUp: Bool { events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
        var isReadable: Bool { events & EPOLLIN.rawValue != 0 }
    }

    private static var capacity: Int { 128 }
    private let epoll: Int32
    private let events: UnsafeMutablePointer<epoll_event>

    /// Waits on `epoll`, which the caller keeps open.
    init(_ epoll: borrowing EpollDescriptor) {
        self.epoll = epoll.number
        events = .allocate(capacity: Self.capacity)
        events.initialize(repeating: epoll_event(), count: Self.capacity)
    }

    deinit {
        events.deallocate()
    }

    /// Waits at most this many milliseconds, -1 without a limit; returns the number of events. A signal ends it early.
    func wait(milliseconds: Int32) -> Int {
        Int(max(0, epoll_wait(epoll, events, Int32(Self.capacity), milliseconds)))
    }

    subscript(index: Int) -> Event { Event(events[index]) }

    /// Starts to watch a descriptor; false if the kernel lacks memory.
    func add(_ descriptor: Int32, _ interest: Interest, tag: UInt64) -> Bool {
        control(EPOLL_CTL_ADD, descriptor, interest, tag)
    }

    func change(_ descriptor: Int32, _ interest: Interest, tag: UInt64) {
        _ = control(EPOLL_CTL_MOD, descriptor, interest, tag)
    }

    /// Stops watching a descriptor.
    func remove(_ descriptor: Int32) {
        _ = control(EPOLL_CTL_DEL, descriptor, [], 0)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ interest: Interest, _ tag: UInt64) -> Bool {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = tag
        return epoll_ctl(epoll, operation, descriptor, &event) == 0
    }
}

/// An epoll(7) instance. It is created where a failure can be reported, before the thread that waits on it exists.
struct EpollDescriptor: ~Copyable, Sendable {
    private let descriptor: Descriptor

    var number: Int32 { descriptor.number }

    init() throws(SocketError) {
        descriptor = try SocketError.translating { () throws(SystemCallError) in
            try Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC)), from: "epoll_create1")
        }
    }
}
