internal import Glibc
internal import KeywardSettings

/// Reads the configuration from disk.
enum ConfigurationFile {
    /// Reads `path`, or the default file. Only the default file may be missing.
    static func read(_ path: String?) throws(ConfigurationError) -> Configuration {
        let file = path ?? Configuration.defaultFile
        guard let text = try SettingsFile.text(of: file, mayBeMissing: path == nil) else { return Configuration() }
        return try Configuration(yaml: text, file: file)
    }

    /// The output of `--check-config` for a valid file.
    static func summary(of configuration: Configuration, from path: String?) -> String {
        let plans = configuration.policy.plans.keys.sorted().joined(separator: ", ")
        let file = path ?? Configuration.defaultFile
        let verdict = access(file, F_OK) == 0 ? "\(file): valid." : "There is no \(file); using defaults."
        return "\(verdict) Plans: \(plans); default: \(configuration.policy.defaultPlan)."
    }
}
