internal import Glibc
internal import KeywardDisplay

/// How to reach the screen from the machine at the other end of an SSH session.
enum SSHForward {
    /// The command for that machine; `nil` outside an SSH session.
    static func command(port: UInt16, account: String) -> String? {
        // The client's address and port, and the server's (ssh(1)).
        guard let variable = getenv("SSH_CONNECTION") else { return nil }
        let parts = String(cString: variable).split(separator: " ")
        guard parts.count == 4 else { return nil }
        return "ssh -L \(port):localhost:\(port) " + ShellWord.text("\(account)@\(parts[2])")
    }
}
