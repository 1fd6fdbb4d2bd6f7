internal import Glibc
internal import KeywardGateway
internal import KeywardSettings

/// The files of the sites.
enum SiteFolder {
    static let path = "/etc/keyward/gateway"
    private static let example = "/usr/share/doc/keyward/examples/gateway/shop.yaml"

    /// A site's file that is to be read.
    struct File {
        var path: String
        var name: String

        /// The site in the file.
        func site() throws(ConfigurationError) -> Site {
            guard SiteFolder.isName(name) else {
                throw ConfigurationError(
                    file: path, position: nil,
                    message: "the name of a site has 1 to 64 of a-z, 0-9, '.', '_' and '-'")
            }
            guard let text = try SettingsFile.text(of: path, mayBeMissing: true) else {
                throw ConfigurationError(file: path, position: nil, message: SiteFolder.remedy(for: self))
            }
            return try SiteFile(file: path, name: name, uid: SiteFolder.uid).read(text)
        }

        /// The same, with a fault that ends the program.
        func read() throws(GatewayFault) -> Site {
            do throws(ConfigurationError) {
                return try site()
            } catch {
                throw GatewayFault(error.sentence, .configuration)
            }
        }
    }

    /// The file of a site, or the one at `config`, whose name is then the site's.
    static func file(site: String?, config: String?) throws(GatewayFault) -> File {
        let path = config ?? "\(Self.path)/\(site ?? "").yaml"
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        let name = site ?? (last.hasSuffix(".yaml") ? String(last.dropLast(".yaml".count)) : last)
        guard isName(name) else {
            let hint = site?.contains("/") ?? false ? " Give a file with --config." : ""
            throw GatewayFault("The name of a site has 1 to 64 of a-z, 0-9, '.', '_' and '-'.\(hint)", .usage)
        }
        return File(path: path, name: name)
    }

    /// The files of all sites, by name.
    static func all() throws(ConfigurationError) -> [File] {
        let names = names()
        guard !names.isEmpty else {
            throw ConfigurationError(
                file: path, position: nil,
                message: "has no file of a site, such as shop.yaml. An example is \(example)")
        }
        return names.map { File(path: "\(path)/\($0).yaml", name: $0) }
    }

    /// The names of the files in the folder, sorted; none if there is no folder.
    private static func names() -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yaml"), !name.hasPrefix(".") { names.append(String(name.dropLast(".yaml".count))) }
        }
        return names.sorted()
    }

    /// What to do about a file that is not there.
    private static func remedy(for file: File) -> String {
        guard file.path.hasPrefix(path + "/") else { return "there is no such file" }
        let meant = file.name.hasSuffix(".yaml") ? String(file.name.dropLast(".yaml".count)) : file.name
        let names = names()
        if meant != file.name || names.contains(meant) {
            return "there is no such file. A site is named without .yaml: keyward-gateway \(meant)"
        }
        if let near = Spelling.nearest(to: meant, among: names) {
            return "there is no such file; did you mean the site '\(near)'?"
        }
        return "there is no such file. Create it: an example is \(example), and keyward-gateway.yaml(5) describes it"
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
            && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "._-".contains($0)) }
    }

    private static func uid(of login: String) -> UInt32? {
        getpwnam(login)?.pointee.pw_uid
    }
}
