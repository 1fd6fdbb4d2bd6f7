internal import Glibc
internal import KeywardBase
internal import KeywardProtocol
internal import NIOCore
internal import NIOPosix

/// A request that waits for the daemon's answer about its key.
protocol VerifyWaiter: AnyObject {
    /// Writes the headers of a valid key.
    var identity: IdentityBlock { get }
    /// The daemon's answer, and the header fields that it brings.
    func answered(_ outcome: VerifyReply.Outcome, _ fields: borrowing KeywardBase.ByteBuffer)
    /// There is no answer.
    func failed(_ reason: Unavailability)
}

/// The connection of one event loop to the daemon's verify socket. Every method runs on that loop.
///
/// It connects when a call needs it. A call that was sent is never repeated: the daemon may have counted it.
final class VerifyLink {
    private enum State {
        case closed
        case connecting
        case open(any Channel)
    }

    /// How long a request waits for the daemon.
    static let deadline = TimeAmount.milliseconds(500)
    /// A reply that is later than this means that the daemon is mute.
    private static let patience = TimeAmount.seconds(5)
    /// More calls without a reply are not sent: their replies would come after their deadlines.
    private static let mostInFlight = 4_096

    private let loop: any EventLoop
    private let path: String
    private var calls = VerifyCalls<any VerifyWaiter>(patience: patience)
    private var state = State.closed
    private var output = NIOCore.ByteBuffer()
    private var isFlushDue = false
    private var alarm: Scheduled<Void>?
    private var tape = JSONTape(limits: .reply)
    private var fields = KeywardBase.ByteBuffer(capacity: 1_024)

    init(_ path: String, loop: any EventLoop) {
        (self.path, self.loop) = (path, loop)
    }

    /// Asks the daemon about a key. `waiter` gets exactly one answer, perhaps before this returns.
    func verify(_ key: String, from address: IPAddress?, _ call: VerifyLine, _ waiter: any VerifyWaiter) {
        guard calls.inFlight < Self.mostInFlight else { return waiter.failed(.timeout) }
        let (id, deadline) = (calls.nextID(), NIODeadline.now() + Self.deadline)
        switch state {
        case .open:
            call.append(id: id, key: key, address: address, to: &output)
            calls.send(id, waiter, deadline: deadline)
            flushSoon()
        case .closed, .connecting:
            var line = NIOCore.ByteBuffer()
            call.append(id: id, key: key, address: address, to: &line)
            calls.wait(id, waiter, line: line, deadline: deadline)
            connect()
        }
        setAlarm()
    }

    // MARK: The connection

    private func connect() {
        guard case .closed = state else { return }
        state = .connecting
        ClientBootstrap(group: loop)
            .connect(unixDomainSocketPath: path)
            .assumeIsolated()
            .whenComplete { self.connected($0) }
    }

    private func connected(_ result: Result<any Channel, any Error>) {
        switch result {
        case .success(let channel):
            do {
                try channel.pipeline.syncOperations.addHandler(VerifyReader(self))
            } catch {
                return failWaiting(.noConnection)
            }
            state = .open(channel)
            calls.takeWaiting().forEach { output.writeImmutableBuffer($0) }
            flushSoon()
        case .failure(let error): failWaiting(Self.isRefusal(error) ? .unreachable : .noConnection)
        }
    }

    private func failWaiting(_ reason: Unavailability) {
        state = .closed
        calls.failWaiting().forEach { $0.failed(reason) }
    }

    /// Whether nothing listens. A daemon whose queue is full, or that this account must not ask, is another case.
    private static func isRefusal(_ error: any Error) -> Bool {
        guard let number = (error as? IOError)?.errnoCode else { return false }
        return number == ECONNREFUSED || number == ENOENT
    }

    /// The connection has ended.
    fileprivate func ended() {
        state = .closed
        output.clear()
        calls.lose().forEach { $0.failed(.lost) }
    }

    /// Writes what was asked in this iteration of the loop with one system call.
    private func flushSoon() {
        guard !isFlushDue else { return }
        isFlushDue = true
        loop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        isFlushDue = false
        guard case .open(let channel) = state, output.readableBytes > 0 else { return }
        channel.writeAndFlush(output, promise: nil)
        // Keeps the storage, unless the channel still needs it.
        output.clear()
    }

    // MARK: Replies

    /// A whole line, without its line feed.
    ///
    /// - Returns: Whether the connection can still be used.
    fileprivate func receive(_ line: Span<UInt8>) -> Bool {
        fields.truncate(to: 0)
        let block = calls.next?.identity ?? IdentityBlock([])
        guard let reply = VerifyReply(line, tape: &tape, fields: &fields, block: block, now: Self.wallClock) else {
            return false
        }
        switch calls.receive(reply.id) {
        case .answer(let waiter): waiter.answered(reply.outcome, fields)
        case .late: break
        case .violation: return false
        }
        return true
    }

    private static func wallClock() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    // MARK: Deadlines

    private func setAlarm() {
        guard alarm == nil, let next = calls.nextDeadline else { return }
        alarm = loop.assumeIsolated().scheduleTask(deadline: next) { self.expire() }
    }

    private func expire() {
        alarm = nil
        let (waiters, isMute) = calls.expire(at: .now())
        waiters.forEach { $0.failed(.timeout) }
        if isMute, case .open(let channel) = state { channel.close(promise: nil) }
        setAlarm()
    }
}

/// Splits the daemon's bytes into lines.
private final class VerifyReader: ChannelInboundHandler {
    typealias InboundIn = NIOCore.ByteBuffer

    /// No reply to a verification is longer, in bytes.
    private static let longestLine = 1 << 20

    private let link: VerifyLink
    private var held: NIOCore.ByteBuffer?

    init(_ link: VerifyLink) {
        self.link = link
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if var held {
            self.held = nil
            held.writeBuffer(&bytes)
            bytes = held
        }
        var isUsable = true
        while isUsable, let length = bytes.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
            let count = length - bytes.readerIndex
            isUsable = bytes.withUnsafeReadableBytes { all in
                link.receive(UnsafeBufferPointer(rebasing: all.bindMemory(to: UInt8.self)[..<count]).span)
            }
            bytes.moveReaderIndex(forwardBy: count + 1)
        }
        guard isUsable, bytes.readableBytes <= Self.longestLine else { return context.close(promise: nil) }
        if bytes.readableBytes > 0 { held = bytes }
    }

    func channelInactive(context: ChannelHandlerContext) {
        link.ended()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
