/// Sockets with a listener. A client that connects to one of systemd's sockets starts the daemon.
enum ListeningSockets {
    /// SO_ACCEPTCON, in the column `Flags` of /proc/net/unix (proc_net(5)).
    private static let listens: Substring = "00010000"

    /// Those of `paths` that have a listener, by the text of /proc/net/unix.
    static func among(_ paths: [String], table: String) -> [String] {
        let listening = table.split(separator: "\n").compactMap { line -> Substring? in
            let columns = line.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: true)
            return columns.count == 8 && columns[3] == listens ? columns[7] : nil
        }
        return paths.filter { listening.contains($0[...]) }
    }
}
