internal import Glibc

/// Reads the configuration from disk.
enum ConfigurationFile {
    private static let longest = 1 << 20

    /// Reads `path`, or the default file. Only the default file may be missing.
    static func read(_ path: String?) throws(ConfigurationError) -> Configuration {
        let file = path ?? Configuration.defaultFile
        guard let text = try text(of: file, mayBeMissing: path == nil) else { return Configuration() }
        return try Configuration(yaml: text, file: file)
    }

    /// The output of `--check-config` for a valid file.
    static func summary(of configuration: Configuration, from path: String?) -> String {
        let plans = configuration.policy.plans.keys.sorted().joined(separator: ", ")
        let file = path ?? Configuration.defaultFile
        let verdict = access(file, F_OK) == 0 ? "\(file): valid." : "There is no \(file); using defaults."
        return "\(verdict) Plans: \(plans); default: \(configuration.policy.defaultPlan)."
    }

    private static func text(of file: String, mayBeMissing: Bool) throws(ConfigurationError) -> String? {
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try SmallFile.read(file, atMost: longest)
        } catch {
            if error.errno == ENOENT, mayBeMissing { return nil }
            throw ConfigurationError(file: file, position: nil, message: error.explanation, errno: error.errno)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(file: file, position: nil, message: "is not UTF-8 text")
        }
        return text
    }
}
