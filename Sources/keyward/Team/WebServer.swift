/// nginx on this host.
enum WebServer {
    /// Whether nginx serves the map of people.
    enum State: Sendable {
        /// It runs, and has read the map again.
        case reloaded
        /// It is not installed.
        case absent
        /// No site of it includes the map.
        case withoutSite
        /// It does not run.
        case stopped
        /// Its configuration has a fault, as it reports it.
        case faulty(String)
    }

    private static let configuration = "/etc/nginx/nginx.conf"
    private static let usualAccount = "www-data"

    /// The account of nginx's workers, which connect to the screens.
    static func account() throws(Failure) -> String {
        account(in: try TeamFolder.read(configuration)) ?? usualAccount
    }

    /// The account that the text of a configuration names; `nil` if it names none.
    static func account(in text: String) -> String? {
        for line in text.split(separator: "\n") {
            let words = line.split { " \t;".contains($0) }
            if words.count >= 2, words[0] == "user" { return String(words[1]) }
        }
        return nil
    }

    /// Has nginx read the map again.
    static func reload(_ map: String) throws(Failure) -> State {
        guard SystemProgram.path(of: "nginx") != nil else { return .absent }
        let tested = try SystemProgram.run("nginx", ["-T", "-q"])
        guard tested.status == 0 else { return .faulty(fault(in: tested.output)) }
        guard tested.output.contains("# configuration file \(map):") else { return .withoutSite }
        guard try SystemProgram.run("systemctl", ["is-active", "--quiet", "nginx.service"]).status == 0 else {
            return .stopped
        }
        try SystemProgram.check("systemctl", ["reload", "nginx.service"])
        return .reloaded
    }

    /// The first line about a fault: `nginx: [emerg] …`.
    static func fault(in output: String) -> String {
        let lines = output.split(separator: "\n")
        return (lines.first { $0.contains("[emerg]") } ?? lines.last).map(String.init) ?? "nginx -T failed"
    }
}

extension WebServer.State {
    /// What the person at the terminal does next; `nil` if nothing is left to do.
    var advice: String? {
        switch self {
        case .reloaded: nil
        case .absent:
            """
            nginx is not installed. Install it, then copy its site from:
            \(Self.example)
            """
        case .withoutSite:
            """
            No site of nginx includes /etc/keyward/web/people.map. Copy this example, and enter your names in it:
            \(Self.example)
            Then run: systemctl reload nginx
            """
        case .stopped: "nginx does not run. To start it, run: systemctl start nginx"
        case .faulty(let fault):
            """
            nginx was not reloaded: \(fault)
            Fix its configuration, then run: systemctl reload nginx
            """
        }
    }

    private static let example = "/usr/share/doc/keyward/examples/nginx/keyward-web.conf"
}
