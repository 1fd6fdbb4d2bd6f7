import Glibc
import KeywardBase
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

    @Test func aFileIsReplacedWholeAndALeftoverDoesNotMatter() throws {
        try withStateFolder { folder, files in
            try files.write([1], to: "a")
            try files.write([9, 9, 9], to: "a.new")
            try SmallFile.replace("a", in: folder, with: [2, 3])
            #expect(files.read("a") == [2, 3] && files.read("a.new") == nil)
            #expect(files.mode(of: "a") == 0o600)
        }
    }

    @Test func aFileThatCannotBeWrittenWholeLeavesWhatWasThere() async {
        await #expect(processExitsWith: .success) {
            let files = try TemporaryFolder()
            let folder = try StateFolder(path: files.path)
            try SmallFile.replace("a", in: folder, with: [1])
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 3, rlim_max: 3)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let fault = #expect(throws: FileFault.self) {
                try SmallFile.replace("a", in: folder, with: [1, 2, 3, 4, 5])
            }
            let isAsBefore = files.read("a") == [1] && files.read("a.new") == nil
            files.remove()
            precondition(fault?.errno == EFBIG && isAsBefore)
        }
    }

    @Test func whatIsNoPlainFileIsNotOpened() throws {
        try withStateFolder { folder, files in
            mkfifo(files.path + "/pipe", 0o600)
            symlink(files.path + "/elsewhere", files.path + "/link")
            for flags in [O_RDONLY, O_RDWR, O_RDWR | O_CREAT] {
                #expect(throws: FileFault(operation: "open", path: folder.file("pipe"), errno: EINVAL)) {
                    try SmallFile.open("pipe", in: folder, flags)
                }
                #expect(throws: FileFault(operation: "open", path: folder.file("link"), errno: ELOOP)) {
                    try SmallFile.open("link", in: folder, flags)
                }
            }
        }
    }
}
