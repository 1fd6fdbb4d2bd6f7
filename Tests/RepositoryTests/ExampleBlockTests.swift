import Foundation
import Testing

/// Every block of code on the page is part of an example that tests run.
struct ExampleBlockTests {
    @Test func everyBlockOfCodeInTheReadmeIsPartOfAnExample() {
        let examples = Repository.files(under: "Examples/", ending: "").map { Self.trimmed(Repository.text($0)) }
        let blocks = Markdown.codeBlocks(in: Repository.text("README.md"), ["swift", "python", "bash"])
        #expect(Set(blocks.map(\.language)) == ["swift", "python", "bash"])
        for block in blocks {
            let isShown = examples.contains { $0.contains(Self.trimmed(block.code)) }
            #expect(isShown, "README.md shows \(block.language) that is in no example:\n\(block.code)")
        }
    }

    @Test func blocksAreFoundByTheirLanguage() {
        let text = "a\n```swift\nx\n  y\n```\n```\nz\n```\n```bash\nw\n```\n"
        let blocks = Markdown.codeBlocks(in: text, ["swift", "bash"])
        #expect(blocks.map(\.language) == ["swift", "bash"])
        #expect(blocks.map(\.code) == ["x\n  y", "w"])
    }

    /// Without the spaces at the start of lines: a block is shown without its indentation.
    private static func trimmed(_ text: String) -> String {
        text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
    }
}

extension Markdown {
    /// The fenced blocks of these languages, in order.
    static func codeBlocks(in text: String, _ languages: Set<String>) -> [(language: String, code: String)] {
        let parts = ("\n" + text).components(separatedBy: "\n```")
        return parts.enumerated().filter { !$0.offset.isMultiple(of: 2) }.compactMap { _, part in
            let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            guard let language = lines.first.map(String.init), languages.contains(language) else { return nil }
            return (language, lines.count > 1 ? String(lines[1]) : "")
        }
    }
}
