/// Why a configuration is refused: one line with the position and a remedy.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package var file: String
    /// 1-based; `nil` if the whole file is at fault.
    package var position: Position?
    package var message: String
    /// The error number of the failed call, if the file could not be read.
    package var errno: Int32?

    package struct Position: Equatable, Sendable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) {
            (self.line, self.column) = (line, column)
        }
    }

    package init(file: String, position: Position?, message: String, errno: Int32? = nil) {
        (self.file, self.position, self.message, self.errno) = (file, position, message, errno)
    }

    /// `FILE:LINE:COLUMN: message`.
    package var description: String {
        position.map { "\(file):\($0.line):\($0.column): \(message)" } ?? "\(file): \(message)"
    }
}
