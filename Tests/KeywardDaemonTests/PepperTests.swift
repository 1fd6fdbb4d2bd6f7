import Glibc
import Testing

@testable import keywardd

struct PepperTests {
    private let raw = (1...32).map { UInt8($0) }
    private let line = Array("0102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F20".utf8)

    @Test func aPepperShowsItsBytesNowhere() throws {
        let pepper = try #require(PepperSecret(secretBytes: raw))
        var dumped = ""
        dump(PepperSecrets(current: pepper, retired: [pepper]), to: &dumped)
        for text in ["\(pepper)", String(reflecting: pepper), dumped, String(reflecting: [pepper])] {
            #expect(text.contains("redacted"))
            #expect(!text.contains("17"))
        }
    }

    @Test func rawBytesAndHexadecimalLinesMeanTheSame() throws {
        let fromRaw = try PepperSecrets(fileContent: raw)
        #expect(fromRaw.current.secretBytes == raw)
        #expect(try PepperSecrets(fileContent: line) == fromRaw)
        #expect(try PepperSecrets(fileContent: line + Array("\r\n".utf8)) == fromRaw)
    }

    @Test func furtherLinesAreRetiredPeppers() throws {
        let other = [UInt8](repeating: UInt8(ascii: "7"), count: 64)
        let peppers = try PepperSecrets(fileContent: other + [10] + line + [10])
        #expect(peppers.current.secretBytes == [UInt8](repeating: 0x77, count: 32))
        #expect(peppers.retired.map(\.secretBytes) == [raw])
    }

    @Test(arguments: [0, 1, 31, 33, 63, 66, 128])
    func anyOtherLengthIsRefused(length: Int) {
        #expect(throws: PepperSecrets.Flaw.shape) {
            try PepperSecrets(fileContent: [UInt8](repeating: UInt8(ascii: "a"), count: length))
        }
    }

    @Test func weakPeppersAreRefused() {
        let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: 64)
        #expect(throws: PepperSecrets.Flaw.allZero) { try PepperSecrets(fileContent: [UInt8](repeating: 0, count: 32)) }
        #expect(throws: PepperSecrets.Flaw.allZero) { try PepperSecrets(fileContent: zeros) }
        #expect(throws: PepperSecrets.Flaw.tooShort) { try PepperSecrets(fileContent: Array(line.prefix(32))) }
        #expect(throws: PepperSecrets.Flaw.twice) { try PepperSecrets(fileContent: line + [10] + line) }
    }
}

struct PepperFileTests {
    @Test func theFirstStartMakesAPepperAndTheNextFindsIt() throws {
        try withStateFolder { folder, files in
            let made = try PepperFile.load(in: folder, credentials: nil, databaseHasKeys: false)
            #expect(files.mode(of: "pepper") == 0o600)
            #expect(files.read("pepper")?.count == 65)
            #expect(try PepperFile.load(in: folder, credentials: nil, databaseHasKeys: true) == made)
        }
    }

    @Test func twoFirstStartsMakeDifferentPeppers() throws {
        var made: [PepperSecrets] = []
        for _ in 0..<2 {
            try withStateFolder { folder, _ in
                made.append(try PepperFile.load(in: folder, credentials: nil, databaseHasKeys: false))
            }
        }
        #expect(made[0] != made[1])
    }

    @Test func aMissingPepperIsNotReplacedWhileThereAreKeys() throws {
        try withStateFolder { folder, files in
            let fault = #expect(throws: StartFault.self) {
                try PepperFile.load(in: folder, credentials: nil, databaseHasKeys: true)
            }
            #expect(fault?.status == .configuration)
            #expect(fault?.remedy.contains("Restore \(folder.file("pepper"))") == true)
            #expect(files.read("pepper") == nil)
        }
    }

    @Test func theCredentialComesFirstAndMakesNoFile() throws {
        try withStateFolder { folder, files in
            try files.write((1...32).map { UInt8($0) }, to: "keyward.pepper", mode: 0o440)
            let found = try PepperFile.load(in: folder, credentials: files.path, databaseHasKeys: true)
            #expect(found.current.secretBytes == (1...32).map { UInt8($0) })
            #expect(files.read("pepper") == nil)
        }
    }

    @Test func aCredentialsFolderWithoutOurCredentialIsNoFault() throws {
        try withStateFolder { folder, files in
            _ = try PepperFile.load(in: folder, credentials: files.path + "/none", databaseHasKeys: false)
            #expect(files.read("pepper")?.count == 65)
        }
    }

    @Test(arguments: [mode_t(0o640), 0o604, 0o660])
    func aPepperThatIsOpenToOthersIsRefused(mode: mode_t) throws {
        try withStateFolder { folder, files in
            try files.write((1...32).map { UInt8($0) }, to: "pepper", mode: mode)
            let fault = #expect(throws: StartFault.self) {
                try PepperFile.load(in: folder, credentials: nil, databaseHasKeys: true)
            }
            #expect(fault?.remedy.hasSuffix("chmod 600 \(folder.file("pepper"))") == true)
        }
    }

    @Test func aFaultNeverShowsWhatTheFileHolds() throws {
        try withStateFolder { folder, files in
            try files.write(Array("supersecret, and as long as a pepper is".utf8), to: "pepper")
            let fault = #expect(throws: StartFault.self) {
                try PepperFile.load(in: folder, credentials: nil, databaseHasKeys: false)
            }
            #expect(fault.map { "\($0)" }?.contains("supersecret") == false)
            #expect(fault?.status == .configuration)
        }
    }

    @Test func aLinkInItsPlaceIsNotFollowed() throws {
        try withStateFolder { folder, files in
            symlink(files.path + "/elsewhere", files.path + "/pepper")
            #expect(throws: StartFault.self) {
                try PepperFile.load(in: folder, credentials: nil, databaseHasKeys: false)
            }
            #expect(files.read("elsewhere") == nil)
        }
    }
}

/// Runs `body` with a fresh state folder, which is removed afterwards.
func withStateFolder(_ body: (StateFolder, TemporaryFolder) throws -> Void) throws {
    let files = try TemporaryFolder()
    defer { files.remove() }
    let folder = try StateFolder(path: files.path)
    defer { folder.close() }
    try body(folder, files)
}
