import Glibc
import KeywardBase
import Testing

/// Small files at a path. Those of the state folder have tests of their own.
struct SmallFilePathTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/kwf-XXXXXX".utf8CString)
        let path = String(cString: try #require(mkdtemp(&template)))
        defer {
            for name in ["a", "a.new", "b", "link"] { unlink("\(path)/\(name)") }
            rmdir(path)
        }
        try body(path)
    }

    private func mode(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    @Test func aFileIsReplacedWholeWithItsModeAndALeftoverDoesNotMatter() throws {
        try inFolder { folder in
            let path = folder + "/a"
            try SmallFile.replace(path + ".new", with: [9, 9, 9], mode: 0o644)
            // More than the usual umask leaves.
            try SmallFile.replace(path, with: [1, 2, 3], mode: 0o666)
            #expect(mode(of: path) == 0o666)
            try SmallFile.replace(path, with: [4], mode: 0o600)
            #expect(mode(of: path) == 0o600 && mode(of: path + ".new") == nil)
            #expect(try SmallFile.read(path, atMost: 3) == [4])
        }
    }

    @Test func aLinkIsReplacedAndNotWhatItLeadsTo() throws {
        try inFolder { folder in
            try SmallFile.replace(folder + "/b", with: [1], mode: 0o600)
            #expect(symlink(folder + "/b", folder + "/link") == 0)
            try SmallFile.replace(folder + "/link", with: [2], mode: 0o600)
            #expect(try SmallFile.read(folder + "/b", atMost: 3) == [1])
            #expect(try SmallFile.read(folder + "/link", atMost: 3, followsLink: false) == [2])
        }
    }

    @Test func aLinkIsReadOnlyWhereOneMayBe() throws {
        try inFolder { folder in
            try SmallFile.replace(folder + "/b", with: [1], mode: 0o600)
            #expect(symlink(folder + "/b", folder + "/link") == 0)
            #expect(try SmallFile.read(folder + "/link", atMost: 3) == [1])
            #expect(throws: FileFault(operation: "open", path: folder + "/link", errno: ELOOP)) {
                try SmallFile.read(folder + "/link", atMost: 3, followsLink: false)
            }
        }
    }

    @Test func aFolderThatIsMissingIsAFaultOfTheFile() throws {
        #expect(throws: FileFault(operation: "write", path: "/nowhere/a", errno: ENOENT)) {
            try SmallFile.replace("/nowhere/a", with: [1], mode: 0o600)
        }
    }
}
