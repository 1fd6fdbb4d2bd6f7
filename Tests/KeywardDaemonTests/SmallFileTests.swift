import Glibc
import Testing

@testable import keywardd

struct SmallFileTests {
    @Test func aFileIsReadWholeUpToItsLimit() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let file = try folder.write(Array("12345".utf8), to: "a")
        #expect(try SmallFile.read(file, atMost: 5) == Array("12345".utf8))
        #expect(throws: FileFault(operation: "read", path: file, errno: EFBIG)) {
            try SmallFile.read(file, atMost: 4)
        }
    }

    @Test func aPipeOrAFolderInItsPlaceDoesNotHoldTheStart() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let pipe = folder.path + "/pipe"
        mkfifo(pipe, 0o600)
        #expect(throws: FileFault(operation: "read", path: pipe, errno: EINVAL)) {
            try SmallFile.read(pipe, atMost: 4)
        }
        #expect(throws: FileFault(operation: "read", path: folder.path, errno: EISDIR)) {
            try SmallFile.read(folder.path, atMost: 4)
        }
    }

    @Test func anExistingFileIsNeverReplaced() throws {
        try withStateFolder { folder, files in
            try files.write([1], to: "a")
            let file = folder.file("a")
            #expect(throws: FileFault(operation: "create", path: file, errno: EEXIST)) {
                try SmallFile.create(file, inFolder: folder.descriptor, bytes: [2])
            }
            #expect(files.read("a") == [1])
        }
    }

    @Test func aFileThatCannotBeWrittenWholeIsNotLeftBehind() async {
        await #expect(processExitsWith: .success) {
            let files = try TemporaryFolder()
            let folder = try StateFolder(path: files.path)
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 3, rlim_max: 3)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let fault = #expect(throws: FileFault.self) {
                try SmallFile.create(folder.file("a"), inFolder: folder.descriptor, bytes: [1, 2, 3, 4, 5])
            }
            let isGone = access(folder.file("a"), F_OK) != 0
            files.remove()
            precondition(fault?.errno == EFBIG && isGone)
        }
    }
}
