package import KeywardCore

/// Where copies of the database go.
package protocol BackupFolder: Sendable {
    /// Has `copy` write a file at a path that it is given, and calls it `name` when it is whole and durable. What it
    /// reads of the file, it reads as long as `goesOn`.
    ///
    /// - Returns: where the file is, its size in bytes, and its SHA-256 in hexadecimal digits.
    func write(
        _ name: String, while goesOn: () -> Bool, _ copy: (String) throws(Refusal) -> Void
    ) throws(Refusal) -> (path: String, bytes: Int, sha256: String)
}
