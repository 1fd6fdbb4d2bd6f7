import Glibc
import Testing

@testable import keywardd

struct StateFolderTests {
    @Test func aMissingFolderIsMadePrivate() throws {
        let parent = try TemporaryFolder()
        defer { parent.remove() }
        let folder = try StateFolder(path: parent.path + "/state")
        defer { folder.close() }
        #expect(parent.mode(of: "state") == 0o700)
        #expect(folder.file("pepper") == parent.path + "/state/pepper")
    }

    @Test(arguments: [mode_t(0o750), 0o701, 0o755, 0o777])
    func aFolderThatIsOpenToOthersIsRefusedWithTheRemedy(mode: mode_t) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        chmod(folder.path, mode)
        let fault = #expect(throws: StartFault.self) { try StateFolder(path: folder.path) }
        #expect(fault?.remedy == "Run: chmod 700 \(folder.path)")
        #expect(fault?.status == .configuration)
        chmod(folder.path, 0o700)
        try StateFolder(path: folder.path).close()
    }

    @Test func aFolderOfSomeoneElseIsRefusedWithTheRemedy() {
        let fault = StateFolder.fault(path: "/x", owner: 5, mode: 0o700, user: 7)
        #expect(
            fault?.description.hasSuffix("belongs to uid 5, but the daemon runs as uid 7. Run: chown -R 7 /x") == true)
        #expect(StateFolder.fault(path: "/x", owner: 7, mode: 0o700, user: 7) == nil)
    }

    @Test func aFileInItsPlaceIsRefused() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let file = try folder.write([], to: "state")
        let fault = #expect(throws: StartFault.self) { try StateFolder(path: file) }
        #expect(fault?.problem == "\(file) is not a folder.")
    }

    @Test func aMissingParentIsNamed() {
        let fault = #expect(throws: StartFault.self) { try StateFolder(path: "/tmp/keyward-none/a/state") }
        #expect(fault?.remedy == "Make the folder above it first: mkdir -p /tmp/keyward-none/a")
    }
}

struct LockFileTests {
    @Test func aSecondDaemonLearnsThePidOfTheFirst() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let lock = try LockFile(inFolder: folder.path)
        let fault = #expect(throws: StartFault.self) { try LockFile(inFolder: folder.path) }
        #expect(fault?.problem == "Another keywardd (pid \(getpid())) uses \(folder.path).")
        #expect(fault?.status == .busy)
        #expect(folder.mode(of: "lock") == 0o600)
        lock.release()
    }

    @Test func aReleasedLockIsTakenAgain() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try LockFile(inFolder: folder.path).release()
        try LockFile(inFolder: folder.path).release()
    }

    @Test func aLinkInItsPlaceIsNotFollowed() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        symlink("/tmp/keyward-elsewhere", folder.path + "/lock")
        let fault = #expect(throws: StartFault.self) { try LockFile(inFolder: folder.path) }
        #expect(fault?.status == .configuration)
    }
}
