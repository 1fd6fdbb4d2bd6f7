import Foundation

/// An implementation in Python that checks vectors of Tests/Vectors.
enum VectorScript {
    /// Runs a script. Returns its exit status and all that it printed; `nil` without Python.
    static func run(_ script: URL) throws -> (status: Int32, output: String)? {
        let interpreters = ["/usr/bin/python3", "/usr/local/bin/python3"]
        guard let python = interpreters.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            return nil
        }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [script.path]
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
