package import KeywardCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A usage ledger in a file that is mapped into memory: counts are in the page cache at once, so that they outlive the
/// process in any case. It belongs on a tmpfs, and is never synchronized to a disk.
///
/// A page with the header, then segments of slots. Space is allocated before it is mapped: on a full file system, a
/// store to a page without space ends the process (SIGBUS). A segment without space is plain memory.
package final class LedgerFile: UsageLedger {
    /// The content of the file when it was opened.
    package enum Found: Hashable, Sendable {
        /// Nothing: the file was created.
        case missing
        /// The counts of an earlier process with the same database.
        case kept
        /// The ledger of another database, or of another copy of this one; its counts were dropped.
        case foreign
        /// No ledger, or an incomplete one; its content was dropped.
        case damaged
    }

    /// The reason why there is no ledger.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package var description: String
    }

    package let found: Found
    private let descriptor: Int32
    private let onLoss: @Sendable (String) -> Void
    private let mapped: Mutex<Mapped>

    private struct Mapped: Sendable {
        /// The number of segments in the file.
        var count: Int
        /// The address of each in memory, in order.
        var addresses: [UInt] = []
        /// Whether a segment found no space; later ones are plain memory, too.
        var isFull = false
    }

    private static let segmentBytes = UsageSlots.segmentSize * MemoryLayout<UsageSlot>.stride

    /// Opens the ledger at `path` for a database, or creates it.
    ///
    /// - Parameter onLoss: called with a sentence when a segment finds no space.
    package init(
        path: String, databaseID: [UInt8], generation: Int64, onLoss: @escaping @Sendable (String) -> Void
    ) throws(Failure) {
        precondition(MemoryLayout<UsageSlot>.stride == 64)
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw Self.failure("open") }
        let header = LedgerHeader(databaseID: databaseID, generation: generation)
        do throws(Failure) {
            let (found, segments) = try Self.inspect(descriptor, header)
            if found != .kept { try Self.renew(descriptor, header) }
            self.found = found
            mapped = Mutex(Mapped(count: found == .kept ? segments : 0))
        } catch {
            close(descriptor)
            throw error
        }
        self.onLoss = onLoss
    }

    /// The database id in the ledger at `path`; `nil` if there is no complete ledger.
    package static func databaseID(ofFile path: String) -> [UInt8]? {
        guard let header = try? PrivateFile.start(of: path, count: LedgerHeader.size), LedgerHeader.isWhole(header)
        else { return nil }
        return Array(header[16..<32])
    }

    /// The id and the generation of the database of the ledger at `path`; `nil` if there is no complete one.
    package static func owner(ofFile path: String) -> (databaseID: [UInt8], generation: Int64)? {
        guard let header = try? PrivateFile.start(of: path, count: LedgerHeader.size), LedgerHeader.isWhole(header)
        else { return nil }
        let generation = header[32..<40].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return (Array(header[16..<32]), Int64(bitPattern: generation))
    }

    deinit {
        mapped.withLock { mapped in
            for address in mapped.addresses { munmap(UnsafeMutableRawPointer(bitPattern: address), Self.segmentBytes) }
        }
        close(descriptor)
    }

    package var storedSegments: Int { mapped.withLock { $0.count } }

    package func segment(_ index: Int) -> UnsafeMutablePointer<UsageSlot> {
        let address = mapped.withLock { mapped in
            precondition(index <= mapped.addresses.count)
            if index < mapped.addresses.count { return mapped.addresses[index] }
            var start = mapped.isFull ? nil : map(index, &mapped)
            if start == nil {
                mapped.isFull = true
                start = mmap(nil, Self.segmentBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            }
            mapped.addresses.append(UInt(bitPattern: start))
            return UInt(bitPattern: start)
        }
        guard let start = UnsafeMutablePointer<UsageSlot>(bitPattern: address), address != UInt.max else {
            preconditionFailure("the system has no memory left")
        }
        return start
    }

    private func map(_ index: Int, _ mapped: inout Mapped) -> UnsafeMutableRawPointer? {
        let offset = LedgerHeader.buffer + index * Self.segmentBytes
        if index >= mapped.count {
            let code = posix_fallocate(descriptor, offset, Self.segmentBytes)
            guard code == 0 else {
                // A part of a segment would make the file appear damaged.
                ftruncate(descriptor, offset)
                onLoss("the ledger cannot grow (\(StoreOpenError.words(for: code)))")
                return nil
            }
            mapped.count = index + 1
        }
        let start = mmap(nil, Self.segmentBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset)
        guard start != UnsafeMutableRawPointer(bitPattern: -1) else {
            onLoss("the ledger cannot be mapped (\(StoreOpenError.words(for: errno)))")
            return nil
        }
        return start
    }

    private static func inspect(_ file: Int32, _ expected: LedgerHeader) throws(Failure) -> (Found, segments: Int) {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("fstat") }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            throw Failure(description: "it is not a plain file of this user")
        }
        guard fchmod(file, 0o600) == 0 else { throw failure("fchmod") }
        let size = Int(status.st_size)
        guard size > 0 else { return (.missing, 0) }
        var bytes = [UInt8](repeating: 0, count: LedgerHeader.size)
        guard pread(file, &bytes, bytes.count, 0) == bytes.count, LedgerHeader.isWhole(bytes),
            size >= LedgerHeader.buffer, (size - LedgerHeader.buffer) % segmentBytes == 0
        else { return (.damaged, 0) }
        return (bytes == expected.bytes ? .kept : .foreign, (size - LedgerHeader.buffer) / segmentBytes)
    }

    /// Makes the file an empty ledger. It is none until the header is written.
    private static func renew(_ file: Int32, _ header: LedgerHeader) throws(Failure) {
        guard ftruncate(file, 0) == 0 else { throw failure("ftruncate") }
        let code = posix_fallocate(file, 0, LedgerHeader.buffer)
        guard code == 0 else { throw Failure(description: StoreOpenError.words(for: code)) }
        let bytes = header.bytes
        guard pwrite(file, bytes, bytes.count, 0) == bytes.count else { throw failure("write") }
    }

    private static func failure(_ call: String) -> Failure {
        Failure(description: "\(call): \(StoreOpenError.words(for: errno))")
    }
}

/// The owner of a ledger: a magic number and version, the database's id and generation, and a checksum of these.
struct LedgerHeader {
    /// The header has its own page.
    static let buffer = 4_096
    static let size = 44
    private static let magic = Array("KWLEDGR1".utf8)

    let bytes: [UInt8]

    /// - Parameter databaseID: 16 bytes.
    init(databaseID: [UInt8], generation: Int64) {
        precondition(databaseID.count == 16)
        let slotSize = withUnsafeBytes(of: Int64(MemoryLayout<UsageSlot>.stride).littleEndian) { Array($0) }
        let covered =
            Self.magic + slotSize + databaseID + withUnsafeBytes(of: generation.littleEndian) { Array($0) }
        bytes = covered + Self.checksum(covered)
    }

    /// Whether `bytes` are a valid header.
    static func isWhole(_ bytes: [UInt8]) -> Bool {
        bytes.count == size && bytes.starts(with: magic) && Array(bytes.suffix(4)) == checksum(Array(bytes.dropLast(4)))
    }

    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: bytes.withUnsafeBytes { CRC32.checksum($0) }.littleEndian) { Array($0) }
    }
}
