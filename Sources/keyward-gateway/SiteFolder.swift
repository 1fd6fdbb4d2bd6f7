internal import Glibc
internal import KeywardGateway
internal import KeywardSettings

/// The files of the sites.
enum SiteFolder {
    static let path = "/etc/keyward/gateway"

    /// A site's file that is to be read.
    struct File {
        var path: String
        var name: String

        /// The site in the file.
        func read() throws(GatewayFault) -> Site {
            do throws(ConfigurationError) {
                guard let text = try SettingsFile.text(of: path, mayBeMissing: false) else {
                    throw ConfigurationError(file: path, position: nil, message: "is missing")
                }
                return try SiteFile(file: path, name: name, uid: SiteFolder.uid).read(text)
            } catch {
                throw GatewayFault("\(error).", .configuration)
            }
        }
    }

    /// The file of a site, or the one at `config`, whose name is then the site's.
    static func file(site: String?, config: String?) throws(GatewayFault) -> File {
        let path = config ?? "\(Self.path)/\(site ?? "").yaml"
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        let name = site ?? (last.hasSuffix(".yaml") ? String(last.dropLast(".yaml".count)) : last)
        guard isName(name) else {
            throw GatewayFault("The name of a site has 1 to 64 of a-z, 0-9, '.', '_' and '-'.", .usage)
        }
        return File(path: path, name: name)
    }

    /// The files of all sites, by name.
    static func all() throws(GatewayFault) -> [File] {
        guard let folder = opendir(path) else { throw GatewayFault("There is no folder \(path).", .configuration) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yaml"), !name.hasPrefix(".") { names.append(name) }
        }
        guard !names.isEmpty else { throw GatewayFault("There is no site in \(path).", .configuration) }
        var files: [File] = []
        for name in names.sorted() { files.append(try file(site: nil, config: "\(path)/\(name)")) }
        return files
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
            && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "._-".contains($0)) }
    }

    private static func uid(of login: String) -> UInt32? {
        getpwnam(login)?.pointee.pw_uid
    }
}
