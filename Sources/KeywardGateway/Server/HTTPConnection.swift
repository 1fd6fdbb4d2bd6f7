internal import KeywardBase
internal import NIOCore
internal import NIOHTTP1

/// A connection of the proxy: answers its requests in their order, one at a time.
final class HTTPConnection: ChannelDuplexHandler, VerifyWaiter {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = NIOCore.ByteBuffer
    typealias OutboundOut = NIOCore.ByteBuffer

    private enum Item {
        case request(HTTPRequestHead, RequestFields, SiteInForce)
        case fault(Refusal)
    }

    /// A request whose key the daemon checks.
    private struct Pending {
        var form: AnswerWriter.Form
        var rule: Int
        var site: SiteInForce
        var startedAt: NIODeadline
    }

    /// The proxy's account; `nil` on a Unix socket.
    let uid: UInt32?
    private let loop: GatewayLoop
    private let gate: InputGate
    private var context: ChannelHandlerContext?
    /// A request whose end is still to come.
    private var head: (HTTPRequestHead, RequestFields, SiteInForce)?
    private var items: [Item] = []
    private var pending: Pending?
    private var output: NIOCore.ByteBuffer?
    private var isServing = false
    /// No further request is read.
    private var isEnding = false
    private var isInputClosed = false
    private var isReadHeld = false
    private var lastRequestAt = NIODeadline.now()
    private var unreadSince: NIODeadline?
    /// When the last answer was written.
    private var endedAt: NIODeadline?

    init(_ loop: GatewayLoop, _ gate: InputGate, uid: UInt32?) {
        (self.loop, self.gate, self.uid) = (loop, gate, uid)
    }

    // MARK: Input

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            let site = loop.site
            let fields = site.check.fields(head.headers)
            guard fields.announcesBody else { return self.head = (head, fields, site) }
            add(.request(head, fields, site), isLast: true)
        case .body: break
        case .end:
            gate.completed()
            guard let (head, fields, site) = head.take() else { return }
            // After an upgrade request the parser reads no other.
            add(.request(head, fields, site), isLast: fields.asksForUpgrade || head.method == .CONNECT)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        serve()
        context.fireChannelReadComplete()
    }

    /// The next bytes are read when the requests that were read are answered, and the answers are taken.
    func read(context: ChannelHandlerContext) {
        if items.isEmpty, context.channel.isWritable { context.read() } else { isReadHeld = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        guard !isEnding else { return }
        add(.fault(error == .headerOverflow ? .headerTooLarge : .malformedRequest), isLast: true)
        serve()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            isInputClosed = true
            isEnding = true
            closeWhenDone()
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func add(_ item: Item, isLast: Bool) {
        items.append(item)
        lastRequestAt = .now()
        guard isLast else { return }
        isEnding = true
        gate.shut()
    }

    // MARK: Answers

    private func serve() {
        guard !isServing else { return }
        isServing = true
        while pending == nil, !items.isEmpty { serve(items.removeFirst()) }
        isServing = false
        flush()
        closeWhenDone()
        resumeReading()
    }

    private func serve(_ item: Item) {
        switch item {
        case .fault(let refusal): answer(refusal, AnswerWriter.Form(keepsAlive: false), loop.site)
        case .request(let head, let fields, let site):
            let outcome = site.check.outcome(head, fields)
            let keepsAlive = head.isKeepAlive && !(isEnding && items.isEmpty) && !loop.isStopping
            if !keepsAlive { end() }
            let form = AnswerWriter.Form(
                isHead: head.method == .HEAD, keepsAlive: keepsAlive, isOld: head.version == .http1_0)
            switch outcome {
            case .refused(let refusal): answer(refusal, form, site)
            case .preflight:
                loop.counters.countAnswer("preflight", 200)
                append { site.writer.appendUnverified(form, to: &$0) }
            case .verify(let key, let rule):
                pending = Pending(form: form, rule: rule, site: site, startedAt: .now())
                loop.link.verify(key, from: site.check.address(fields), site.lines[rule], self)
            }
        }
    }

    var identity: IdentityBlock { (pending?.site ?? loop.site).identity }

    func answered(_ outcome: VerifyReply.Outcome, _ fields: borrowing KeywardBase.ByteBuffer) {
        guard let pending = pending.take() else { return }
        let passed = NIODeadline.now() - pending.startedAt
        loop.counters.countVerification(seconds: Double(passed.nanoseconds) / 1e9)
        switch outcome {
        case .valid:
            loop.counters.countValid()
            // A closure cannot borrow what this function borrows.
            var bytes = output.take() ?? NIOCore.ByteBufferAllocator().buffer(capacity: 1_024)
            pending.site.writer.appendVerified(fields, pending.form, to: &bytes)
            output = bytes
        case .refused(.insufficientScope): answer(.insufficientScope(rule: pending.rule), pending.form, pending.site)
        case .refused(.addressRefused): answer(.addressRefused, pending.form, pending.site)
        case .refused(.rateLimited): answerLimited(fields, pending.form, pending.site)
        case .refused(.creditsExhausted): answer(.creditsExhausted, pending.form, pending.site)
        case .refused(.upgradeRequired): answer(.upgradeRequired, pending.form, pending.site)
        case .refused(let code): answer(.invalidKey(code), pending.form, pending.site)
        case .failed: answer(.unavailable(.refused), pending.form, pending.site)
        }
        serve()
    }

    func failed(_ reason: Unavailability) {
        guard let pending = pending.take() else { return }
        if reason == .unreachable, pending.site.site.failsOpen {
            loop.counters.countUnverified()
            append { pending.site.writer.appendUnverified(pending.form, to: &$0) }
        } else {
            answer(.unavailable(reason), pending.form, pending.site)
        }
        serve()
    }

    private func answer(_ refusal: Refusal, _ form: AnswerWriter.Form, _ site: SiteInForce) {
        loop.counters.countRefusal(refusal)
        append { site.writer.append(refusal, form, to: &$0) }
    }

    /// Refuses with the header fields of the daemon's reply.
    private func answerLimited(
        _ fields: borrowing KeywardBase.ByteBuffer, _ form: AnswerWriter.Form, _ site: SiteInForce
    ) {
        loop.counters.countRefusal(.rateLimited)
        // A closure cannot borrow what this function borrows.
        var bytes = output.take() ?? NIOCore.ByteBufferAllocator().buffer(capacity: 1_024)
        site.writer.append(.rateLimited, fields, form, to: &bytes)
        output = bytes
    }

    private func append(_ write: (inout NIOCore.ByteBuffer) -> Void) {
        var bytes = output.take() ?? NIOCore.ByteBufferAllocator().buffer(capacity: 1_024)
        write(&bytes)
        output = bytes
    }

    private func flush() {
        guard let context, let bytes = output.take() else { return }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    private func resumeReading() {
        guard isReadHeld, items.isEmpty, let context, context.channel.isWritable else { return }
        isReadHeld = false
        context.read()
    }

    // MARK: The end

    /// Reads no further request.
    private func end() {
        isEnding = true
        items = []
        gate.shut()
    }

    /// Ends the connection, at once or after the request in flight.
    func endWhenIdle() {
        guard !isEnding else { return }
        end()
        closeWhenDone()
    }

    func close() {
        context?.close(promise: nil)
    }

    private func closeWhenDone() {
        guard isEnding, pending == nil, items.isEmpty, endedAt == nil, let context else { return }
        endedAt = .now()
        if isInputClosed {
            context.close(promise: nil)
        } else {
            // The peer reads its answer and closes.
            context.close(mode: .output, promise: nil)
        }
    }

    /// Closes the connection if a step takes too long.
    func checkTimes(at now: NIODeadline) {
        let ends = [
            gate.incompleteSince.map { $0 + ConnectionTimes.request }, endedAt.map { $0 + ConnectionTimes.end },
            unreadSince.map { $0 + ConnectionTimes.unreadAnswer },
            pending == nil ? lastRequestAt + ConnectionTimes.idle : nil,
        ]
        if ends.contains(where: { $0.map { $0 <= now } ?? false }) { close() }
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        end()
        loop.remove(self)
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unreadSince = context.channel.isWritable ? nil : .now()
        resumeReading()
        context.fireChannelWritabilityChanged()
    }
}
