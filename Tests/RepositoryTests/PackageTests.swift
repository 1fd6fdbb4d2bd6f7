import Foundation
import Testing

/// What several files of the package repeat is the same in each.
struct PackageTests {
    @Test func everyFileTellsTheSameVersion() throws {
        let daemon = try version(after: "daemonVersion = \"", in: "Sources/keywardd/Version.swift")
        #expect(try version(after: "keyward (", in: "packaging/deb/changelog") == daemon)
        #expect(try version(after: "/keyward_", in: "docs/operations.md") == daemon)
        let released = Repository.text("CHANGELOG.md").matches(of: #/(?m)^## ([0-9.]+) - /#).first?.output.1
        #expect(released == daemon)
        var programs = 0
        for file in Repository.files(under: "Sources/", ending: ".swift") {
            for found in Repository.text(file).matches(of: #/"keyward[a-z-]* ([0-9]+\.[0-9.]+)"/#) {
                #expect(found.output.1 == daemon, "\(file)")
                programs += 1
            }
        }
        #expect(programs > 1)
    }

    @Test func theManualTellsOfEveryMemberOfTheConfiguration() {
        let marked = Repository.text("packaging/man/keyward.yaml.5").split(separator: "\n").filter {
            $0.hasPrefix(".It Ic ") || $0.hasPrefix(".Ic ") || $0.hasPrefix(".Cm ")
        }
        let words = Set(marked.flatMap { $0.split { " .".contains($0) } })
        let members = Self.members(of: Repository.text("packaging/keyward.yaml"))
        #expect(members.count > 25)
        for member in members { #expect(words.contains(member), "keyward.yaml.5 does not tell of \(member)") }
    }

    @Test func membersAreTheLinesThatTextIsNot() {
        let text = "# Text: none.\n#limits:\n#  # The first.\n#  admin:\n#    bytes: 1\n#   such: text\nloops: 2\n"
        #expect(Self.members(of: text) == ["limits", "admin", "bytes"])
    }

    private func version(after text: String, in file: String) throws -> Substring {
        let content = Repository.text(file)
        let start = try #require(content.range(of: text), "\(file) has no version").upperBound
        return content[start...].prefix { $0.isNumber || $0 == "." }
    }

    /// The names of the members of the default configuration, where each is commented out: after "#", an even number of
    /// spaces.
    private static func members(of text: String) -> [Substring] {
        text.split(separator: "\n").filter { $0.hasPrefix("#") }.compactMap { line in
            let name = line.dropFirst().drop { $0 == " " }.prefix { $0.isLetter }
            let indent = line.distance(from: line.startIndex, to: name.startIndex) - 1
            let isMember = !name.isEmpty && indent.isMultiple(of: 2) && line[name.endIndex...].hasPrefix(":")
            return isMember ? name : nil
        }
    }
}
