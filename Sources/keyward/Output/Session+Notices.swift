internal import KeywardClient

extension Session {
    /// Prints notices for operators, with the commands that fix them.
    ///
    /// - Parameter socket: The socket that the notices come from.
    func report(_ notices: [Notice]?, from socket: SocketPath = .admin) {
        let commands = commands(from: socket)
        for notice in notices ?? [] {
            let remedy = notice.remedy.map { " To fix it, run: \(commands.text($0))" } ?? ""
            console.report(notice.message + remedy, .notice)
        }
    }
}
