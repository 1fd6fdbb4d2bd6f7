import Foundation
import KeywardCore
import Testing

@testable import KeywardStore

/// The ledger file: what it keeps, and which files it refuses.
@Suite struct LedgerFileTests {
    let scratch: Scratch
    var path: String { scratch.path + "/usage.ledger" }
    private let databaseID = [UInt8](0..<16)

    init() throws {
        scratch = try Scratch()
    }

    private func open(_ databaseID: [UInt8]? = nil, generation: Int64 = 1) throws -> LedgerFile {
        try LedgerFile(path: path, databaseID: databaseID ?? self.databaseID, generation: generation) { _ in }
    }

    private func count(_ times: Int64) throws {
        let ledger = try open()
        withExtendedLifetime(ledger) { ledger.segment(0)[3].valid = times }
    }

    @Test func whatWasCountedIsThereWhenItIsOpenedAgain() throws {
        #expect(try open().found == .missing)
        let ledger = try open()
        for index in 0..<3 { ledger.segment(index)[UsageSlots.segmentSize - 1].refused = Int64(index) }
        let again = try open()
        #expect(again.found == .kept)
        for index in 0..<4 { #expect(again.segment(index)[UsageSlots.segmentSize - 1].refused == Int64(index % 3)) }
        #expect(try PrivateFile.status(of: path).mode == 0o600)
    }

    @Test func anotherDatabaseOrAnotherCopyOfItFindsNothing() throws {
        for (databaseID, generation) in [([UInt8](1..<17), Int64(1)), (databaseID, 2)] {
            try count(5)
            let ledger = try open(databaseID, generation: generation)
            #expect(ledger.found == .foreign)
            #expect(ledger.segment(0)[3].valid == 0)
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test(arguments: ["", "short", "header", "length", "noise"])
    func whatIsNoWholeLedgerIsReplaced(damage: String) throws {
        try count(5)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        switch damage {
        case "short": bytes = bytes.prefix(20)
        case "header": bytes[20] ^= 1
        case "length": bytes.removeLast()
        case "noise": bytes = Data((0..<9_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
        default: bytes = Data()
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        let ledger = try open()
        #expect(ledger.found == (damage.isEmpty ? .missing : .damaged))
        #expect(ledger.segment(0)[3].valid == 0)
    }

    @Test func aLinkIsNotFollowedAndAFolderIsNoLedger() throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: scratch.path + "/target")
        #expect(throws: LedgerFile.Failure.self) { try open() }
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/target"))
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: LedgerFile.Failure.self) { try open() }
    }
}
