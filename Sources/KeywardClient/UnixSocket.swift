internal import Glibc
internal import KeywardBase

/// A connected Unix stream socket, closed when it is no longer held. Its reads and writes never block.
package struct UnixSocket: ~Copyable {
    package let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Connects to the socket at `path`, waiting at most `patience` for a daemon that is slow to accept.
    package static func connecting(to path: String, patience: Duration) throws(KeywardError) -> UnixSocket {
        guard let address = UnixSocketAddress(path) else {
            throw .unreachable(Unreachable(path: path, reason: .pathTooLong))
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .unreachable(Unreachable(path: path, reason: .system(errno))) }
        let socket = UnixSocket(descriptor: descriptor)
        let failure = connect(descriptor, to: address, patience: patience)
        guard failure == 0 else {
            throw .unreachable(Unreachable(path: path, reason: reason(failure, path: path)))
        }
        return socket
    }

    deinit {
        _ = close(descriptor)
    }

    /// Connects; the error number, or 0.
    ///
    /// A Unix socket whose queue is full makes connect(2) wait for as long as SO_SNDTIMEO says; without it there is
    /// nothing that poll(2) could wait for.
    private static func connect(_ descriptor: Int32, to address: UnixSocketAddress, patience: Duration) -> Int32 {
        let milliseconds = max(1, patience.wholeMilliseconds)
        var limit = timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return address.withPointer { address, size in
            while Glibc.connect(descriptor, address, size) != 0 {
                if errno != EINTR { return errno }
            }
            return 0
        }
    }

    private static func reason(_ number: Int32, path: String) -> Unreachable.Reason {
        switch number {
        case ENOENT, ENOTDIR: .missing
        case ECONNREFUSED: .refused
        case EACCES, EPERM: denial(at: path)
        case EAGAIN, ETIMEDOUT: .busy
        default: .system(number)
        }
    }

    /// Names the group that may use the socket, if its folder can be looked into.
    static func denial(at path: String) -> Unreachable.Reason {
        var status = stat()
        guard stat(path, &status) == 0 else { return .permissionDenied(group: nil) }
        // To be let in by root's own group would be far too much.
        guard status.st_mode & S_IWGRP != 0, status.st_gid != 0 else { return .privateSocket }
        return .permissionDenied(group: getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) })
    }
}

/// What a read or a write came to.
enum Transfer: Equatable {
    /// So many bytes, at least one.
    case moved(Int)
    /// None without waiting.
    case wouldBlock
    /// The other side is gone.
    case ended
}

extension UnixSocket {
    /// Hands bytes to the kernel; a lost peer raises no signal.
    static func send(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Transfer {
        let result = bytes.withContiguousStorageIfAvailable { buffer in
            retryingInterrupts {
                Glibc.send(
                    descriptor, buffer.baseAddress, buffer.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
        }
        guard let result else { return send(Array(bytes), to: descriptor) }
        return outcome(of: result)
    }

    /// Takes what has arrived and appends it to `buffer`.
    static func receive(from descriptor: Int32, into buffer: inout LineBuffer) -> Transfer {
        var result = Transfer.ended
        buffer.fill { buffer in
            let count = retryingInterrupts {
                recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            }
            result = outcome(of: count)
            return max(0, count)
        }
        return result
    }

    private static func outcome(of count: Int) -> Transfer {
        if count > 0 { return .moved(count) }
        return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? .wouldBlock : .ended
    }

    private static func retryingInterrupts(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

extension Duration {
    /// In milliseconds, rounded up, so that waiting for it never ends too early.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
