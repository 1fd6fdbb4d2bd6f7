internal import KeywardClient

/// Notices as sentences for people.
enum NoticeText {
    /// `The database …`, and the command that mends it.
    static func line(_ notice: Notice, _ session: Session) -> String {
        guard let remedy = notice.remedy, !remedy.isEmpty else { return notice.message }
        return "\(notice.message) To mend it: \(command(remedy, session.options.socket))"
    }

    /// A command that can be pasted into a shell.
    private static func command(_ arguments: [String], _ socket: String?) -> String {
        let socket = socket.map { ["--socket", $0] } ?? []
        return (["keyward"] + arguments + socket).map(quoted).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_./:=,@%+".utf8.contains(byte)
                }
            }
        return isPlain
            ? word
            : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}

extension Session {
    /// Says what an operator should know.
    func tell(_ notices: [Notice]?) {
        for notice in notices ?? [] { console.tell(NoticeText.line(notice, self), .notice) }
    }
}
