package import KeywardCore

/// The folder for copies of the database.
package protocol BackupFolder: Sendable {
    /// Calls `copy` to write a file at a path, and names the file `name` when it is complete and durable. It reads the
    /// file only while `goesOn`.
    ///
    /// - Returns: the path of the file, its size in bytes, and its SHA-256 in hexadecimal digits.
    func write(
        _ name: String, while goesOn: () -> Bool, _ copy: (String) throws(Refusal) -> Void
    ) throws(Refusal) -> (path: String, bytes: Int, sha256: String)
}
