internal import Glibc
internal import KeywardBase

/// Reads a configuration file from disk.
package enum SettingsFile {
    /// In bytes.
    private static let longest = 1 << 20

    /// The text of the regular file at a path; `nil` if it is missing and may be.
    package static func text(of file: String, mayBeMissing: Bool) throws(ConfigurationError) -> String? {
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
