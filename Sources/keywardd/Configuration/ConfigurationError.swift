/// Why a configuration is refused: one line with the position and a remedy.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    var file: String
    /// 1-based; `nil` if the whole file is at fault.
    var position: Position?
    var message: String
    /// The error number of the failed call, if the file could not be read.
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
