/// Why a configuration is refused: one line that names the place and says what to do about it.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    var file: String
    /// 1-based; `nil` if the file as a whole is at fault.
    var position: Position?
    var message: String
    /// Of the call that failed, if the file could not be read.
    var errno: Int32?

    struct Position: Equatable {
        var line: Int
        var column: Int
    }

    /// `FILE:LINE:COLUMN: message`.
    var description: String {
        position.map { "\(file):\($0.line):\($0.column): \(message)" } ?? "\(file): \(message)"
    }
}
