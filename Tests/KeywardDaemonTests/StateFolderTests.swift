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
        try withStateFolder { folder, files in
            let lock = try LockFile(in: folder)
            let fault = #expect(throws: StartFault.self) { try LockFile(in: folder) }
            #expect(fault?.problem == "Another keywardd (pid \(getpid())) uses \(folder.path).")
            #expect(fault?.status == .busy)
            #expect(files.mode(of: "lock") == 0o600)
            lock.release()
        }
    }

    @Test func aReleasedLockIsTakenAgain() throws {
        try withStateFolder { folder, _ in
            try LockFile(in: folder).release()
            try LockFile(in: folder).release()
        }
    }

    @Test func aLinkInItsPlaceIsNotFollowed() throws {
        try withStateFolder { folder, files in
            symlink("/tmp/keyward-elsewhere", files.path + "/lock")
            let fault = #expect(throws: StartFault.self) { try LockFile(in: folder) }
            #expect(fault?.status == .configuration)
        }
    }
}
