import Foundation
import Testing

struct DocumentTests {
    private static let documents = Repository.files(ending: ".md")

    @Test(arguments: documents)
    func everyLinkLeadsSomewhere(file: String) {
        for link in Markdown.links(in: Repository.text(file)) where !Markdown.isElsewhere(link) {
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let target = parts[0].isEmpty ? file : Markdown.resolve(String(parts[0]), from: file)
            guard Repository.exists(target) else {
                Issue.record("\(file): there is no \(link)")
                continue
            }
            if parts.count == 2, target.hasSuffix(".md") {
                let anchors = Markdown.anchors(in: Repository.text(target))
                #expect(anchors.contains(String(parts[1])), "\(file): there is no heading \(link)")
            }
        }
    }

    @Test func decisionsAreNumberedWithoutGaps() {
        let pages = Repository.files(under: "docs/decisions/", ending: ".md").map { String($0.dropFirst(15)) }
            .filter { $0.prefix(4).allSatisfy(\.isNumber) }
        for (index, page) in pages.enumerated() {
            let digits = String(index + 1)
            #expect(page.hasPrefix(String(repeating: "0", count: 4 - digits.count) + digits + "-"), "\(page)")
        }
    }

    @Test(arguments: ["README.md", "CONTRIBUTING.md"])
    func everyMakeTargetThatIsNamedExists(file: String) {
        let rules = Set(
            Repository.text("Makefile").split(separator: "\n").compactMap { line in
                line.first == "\t" ? nil : line.split(separator: ":").first.map(String.init)
            })
        for target in Markdown.makeTargets(in: Repository.text(file)) {
            #expect(rules.contains(target), "\(file) names 'make \(target)'")
        }
    }

    @Test func noFileNamesAPathOfOneMachine() {
        let forbidden = [Repository.root.path, "/" + "home/", "/" + "Users/", "/" + "root/"].filter { $0.count > 4 }
        for file in Repository.files {
            let text = Repository.text(file)
            for path in forbidden where text.contains(path) { Issue.record("\(file) holds \(path)") }
        }
    }

    @Test func scriptsAreExecutableAndStopAtTheFirstFault() {
        let scripts = Repository.files(under: "scripts/", ending: "") + Repository.files(under: ".ci/", ending: "")
        for script in scripts {
            #expect(Repository.isExecutable(script), "\(script) is not executable")
            #expect(Repository.text(script).hasPrefix("#!/bin/bash\n"), "\(script)")
            #expect(Repository.text(script).contains("\nset -euo pipefail\n"), "\(script)")
        }
    }
}

enum Markdown {
    /// The targets of inline links, without code.
    static func links(in text: String) -> [String] {
        prose(text).components(separatedBy: "](").dropFirst()
            .compactMap { $0.split(separator: ")", omittingEmptySubsequences: false).first.map(String.init) }
    }

    static func isElsewhere(_ link: String) -> Bool {
        link.hasPrefix("http://") || link.hasPrefix("https://") || link.hasPrefix("mailto:")
    }

    static func resolve(_ link: String, from file: String) -> String {
        var folders = Array(file.split(separator: "/").dropLast())
        for part in link.split(separator: "/") where part != "." {
            if part == ".." { _ = folders.popLast() } else { folders.append(part) }
        }
        return folders.joined(separator: "/")
    }

    /// The anchors that GitHub makes of headings.
    static func anchors(in text: String) -> Set<String> {
        Set(
            prose(text).split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                let title = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
                return String(
                    title.filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
                        .map { $0 == " " ? "-" : $0 })
            })
    }

    /// The words after `make` at the start of a line of code or of a code span.
    static func makeTargets(in text: String) -> Set<String> {
        let starts =
            text.components(separatedBy: "`make ").dropFirst() + text.components(separatedBy: "\nmake ").dropFirst()
        return Set(starts.map { String($0.prefix { $0.isLetter || $0 == "-" }) }).subtracting([""])
    }

    /// The text without fenced blocks and code spans.
    private static func prose(_ text: String) -> String {
        let unfenced = text.components(separatedBy: "\n```").enumerated().filter { $0.offset.isMultiple(of: 2) }
        return unfenced.map(\.element).joined(separator: "\n").split(separator: "\n").map { line in
            line.hasPrefix("#")
                ? String(line)
                : line.components(separatedBy: "`").enumerated().filter { $0.offset.isMultiple(of: 2) }
                    .map(\.element).joined()
        }.joined(separator: "\n")
    }
}
