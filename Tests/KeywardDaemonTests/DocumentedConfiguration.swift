import Foundation

/// `packaging/keyward.yaml`, in which every member is a comment.
enum DocumentedConfiguration {
    static var text: String {
        get throws {
            let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            return try String(
                contentsOf: tests.deletingLastPathComponent().appending(path: "packaging/keyward.yaml"),
                encoding: .utf8)
        }
    }

    /// Every member without its `#`. The first paragraph describes the file. After it `# ` and a word begin a comment,
    /// and `#` with more space a member of a section.
    static func withoutCommentSigns(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).drop { !$0.isEmpty }
        return lines.map { line in
            let isComment = line.hasPrefix("# ") && !line.hasPrefix("#  ")
            return isComment || !line.hasPrefix("#") ? "" : String(line.dropFirst())
        }.joined(separator: "\n")
    }
}
