internal import Glibc
internal import KeywardBase

/// A connected Unix stream socket, closed on destruction. Its reads and writes never block.
package struct UnixSocket: ~Copyable {
    package let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Connects to the socket at `path`. Waits at most `patience` for a daemon that is slow to accept.
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

    /// Connects. Returns the error number, or 0.
    ///
    /// When a Unix socket's backlog is full, connect(2) waits for at most SO_SNDTIMEO. Without that option poll(2) has
    /// nothing to wait for.
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

    /// Finds the group that can use the socket, if its folder can be searched.
    static func denial(at path: String) -> Unreachable.Reason {
        var status = stat()
        guard stat(path, &status) == 0 else { return .permissionDenied(group: nil) }
        // Never suggest membership of root's group: that would grant too much.
        guard status.st_mode & S_IWGRP != 0, status.st_gid != 0 else { return .privateSocket }
        return .permissionDenied(group: getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) })
    }
}

/// The outcome of a read or a write.
enum Transfer: Equatable {
    /// The number of bytes, at least one.
    case moved(Int)
    /// The call would block.
    case wouldBlock
    /// The peer has closed the connection.
    case ended
}

extension UnixSocket {
    /// Sends bytes; a lost peer raises no signal.
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

    /// Appends the bytes that have arrived to `buffer`.
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
    /// In milliseconds, rounded up, so that a wait never ends too early.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
