package import KeywardVocabulary

/// The content of an audit entry, before it is a link of the chain.
package struct AuditNote: Sendable {
    package var action: Action
    package var workspace: String?
    package var keyID: String?
    package var details: AuditDetails

    package init(
        _ action: Action, workspace: String? = nil, keyID: String? = nil, details: AuditDetails = AuditDetails()
    ) {
        self.action = action
        self.workspace = workspace
        self.keyID = keyID
        self.details = details
    }

    package typealias Action = AuditAction
}

extension AuditNote {
    /// Whether an action records a lost end of the chain, or its acknowledgement.
    package static func isOfLoss(_ action: String) -> Bool {
        [Action.auditTailMissing.rawValue, Action.auditAcknowledged.rawValue].contains(action)
    }
}

/// The end of the audit chain. Each link has an HMAC over itself and the hash before it (RFC 2104). The key is derived
/// from the pepper: without it nobody can change, insert or remove a link undetected.
package struct AuditChain: Sendable {
    /// Writes details as a JSON object.
    package typealias DetailsRenderer = @Sendable (AuditDetails) -> String

    /// The last link.
    package private(set) var head: AuditHead
    private let pepper: PepperID
    private let key: KeyedDigest
    private let render: DetailsRenderer

    /// Continues a chain after `head`.
    package init(head: AuditHead, pepper: Pepper, render: @escaping DetailsRenderer) {
        self.head = head
        self.pepper = pepper.id
        self.render = render
        key = pepper.auditKey.keyed
    }

    /// Makes the next link. It is valid only once its transaction is; until then keep a copy of the chain.
    package mutating func append(_ note: AuditNote, by actor: Actor, at now: Instant) -> AuditRecord {
        var record = AuditRecord(
            seq: head.seq + 1, at: now, actor: actor, action: note.action.rawValue, workspace: note.workspace,
            keyID: note.keyID, details: render(note.details), pepper: pepper, hash: Digest(words: .zero))
        record.hash = Self.hash(of: record, after: head.hash, key)
        head = AuditHead(seq: record.seq, hash: record.hash)
        return record
    }

    /// Continues after a link that was made elsewhere.
    mutating func follow(_ head: AuditHead) { self.head = head }

    /// Each text is preceded by its length, so that no two entries have the same bytes.
    fileprivate static func hash(of record: AuditRecord, after previous: Digest, _ key: KeyedDigest) -> Digest {
        var bytes = previous.bytes
        func add(_ number: Int64) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        func add(_ text: String?) {
            add(text.map { Int64($0.utf8.count) } ?? -1)
            bytes += Array((text ?? "").utf8)
        }
        add(record.seq)
        add(record.at.milliseconds)
        add(Int64(record.actor.uid))
        [record.actor.user, record.action, record.workspace, record.keyID, record.details].forEach { add($0) }
        return key.digest(of: bytes)
    }
}

/// The end of the chain.
package struct AuditHead: Hashable, Sendable {
    package var seq: Int64
    package var hash: Digest

    package init(seq: Int64, hash: Digest) {
        self.seq = seq
        self.hash = hash
    }

    /// The end before the first link.
    package static let start = AuditHead(seq: 0, hash: Digest(words: .zero))
}

/// A problem of an audit trail.
package enum AuditProblem: Hashable, Sendable {
    /// An entry follows one with the same or a later number.
    case outOfOrder(Int64, after: Int64)
    case entriesMissing(ClosedRange<Int64>)
    /// An entry, or one before it, was altered after it was sealed.
    case altered(Int64)
    /// The pepper of an entry's seal is missing.
    case pepperMissing(Int64)
    /// The end that is stored outside the database is missing, or cannot be read.
    case headMissing, headDamaged
    /// The stored end is not in the chain.
    case endMissing
    /// An entry records that the chain had lost its end before a start.
    case lossRecorded
}

/// Recomputes a chain, link by link.
package struct AuditVerifier {
    package private(set) var head = AuditHead.start
    /// The problem of the first bad link; later links are not checked.
    package private(set) var problem: AuditProblem?
    /// Whether the chain itself records that its end was missing once, without an acknowledgement.
    package private(set) var recordsLoss = false
    private let keys: [PepperID: KeyedDigest]

    /// - Parameter keys: see ``PepperSet/auditKeys(_:)``.
    package init(keys: [PepperID: KeyedDigest]) {
        self.keys = keys
    }

    /// Checks the next link; false if the chain is broken there.
    package mutating func visit(_ record: AuditRecord) -> Bool {
        if record.seq <= head.seq {
            problem = .outOfOrder(record.seq, after: head.seq)
        } else if record.seq != head.seq + 1 {
            problem = .entriesMissing(head.seq + 1...record.seq - 1)
        } else if let key = keys[record.pepper] {
            if AuditChain.hash(of: record, after: head.hash, key) != record.hash {
                problem = .altered(record.seq)
            }
        } else {
            problem = .pepperMissing(record.seq)
        }
        if problem != nil { return false }
        switch AuditNote.Action(rawValue: record.action) {
        case .auditTailMissing: recordsLoss = true
        case .auditAcknowledged: recordsLoss = false
        default: break
        }
        head = AuditHead(seq: record.seq, hash: record.hash)
        return true
    }
}
