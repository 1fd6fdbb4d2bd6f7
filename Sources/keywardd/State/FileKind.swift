internal import Glibc

/// The kind of a name in a folder; a link is not followed.
enum FileKind: Equatable {
    case missing
    /// A regular file and its length in bytes.
    case plain(bytes: Int)
    case folder
    /// Anything else, as text: `a symbolic link`.
    case other(String)

    init(_ status: stat) {
        self =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .plain(bytes: Int(status.st_size))
            case S_IFDIR: .folder
            case S_IFLNK: .other("a symbolic link")
            case S_IFIFO: .other("a named pipe")
            case S_IFSOCK: .other("a socket")
            default: .other("a device")
            }
    }

    /// The kind as text; empty for a missing file.
    var words: String {
        switch self {
        case .missing: ""
        case .plain: "a file"
        case .folder: "a folder"
        case .other(let words): words
        }
    }

    /// The length of a regular file, 0 for anything else.
    var bytes: Int {
        if case .plain(let bytes) = self { bytes } else { 0 }
    }
}
