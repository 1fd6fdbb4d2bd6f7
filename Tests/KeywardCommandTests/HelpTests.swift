import Foundation
import Testing

@testable import keyward

extension CommandTests {
    /// The output of --help, for a newcomer.
    @Suite struct HelpTests {
        @Test func `Every command explains itself`() throws {
            let commands = try HelpText.commands()
            #expect(commands.count > 30)
            for command in commands {
                #expect(Self.isSentence(command.abstract), "\(command.name): \(command.abstract)")
                #expect(command.abstract.split(separator: " ").count >= 3 || command.name == "keyward")
                for argument in command.arguments {
                    #expect(!argument.help.isEmpty, "\(command.name) \(argument.name) has no help")
                    #expect(argument.help.hasSuffix("."), "\(command.name) \(argument.name): \(argument.help)")
                }
            }
        }

        @Test func `No sentence of the help has more than 20 words`() throws {
            for command in try HelpText.commands() {
                let texts = [command.abstract, command.discussion] + command.arguments.map(\.help)
                for sentence in texts.flatMap(HelpText.sentences) {
                    let count = HelpText.words(sentence).count
                    #expect(count <= 20, "\(command.name), \(count) words: \(sentence)")
                }
            }
        }

        @Test func `The help has no phrase that nobody says`() throws {
            let phrases = [
                "as it came", "off a terminal", "so many", "give it again", "right now", " told", "nobody to ask",
                "doubt", "anew", "for ever", "stands for", "clock runs on", "own words", "is whole", "good,",
            ]
            for command in try HelpText.commands() {
                let text = ([command.abstract, command.discussion] + command.arguments.map(\.help))
                    .joined(separator: "\n").lowercased()
                for phrase in phrases { #expect(!text.contains(phrase), "\(command.name): '\(phrase)'") }
            }
        }

        @Test func `The counting of words is right`() {
            #expect(HelpText.sentences("One. Two is `a b. c` here! 2026-12-31 or 1.5 s.\n\n  0  done").count == 4)
            #expect(HelpText.words("Two is `a b. c` here").count == 4)
            #expect(HelpText.words("a  b, c:").count == 3)
        }

        private static func isSentence(_ text: String) -> Bool {
            text.first?.isUppercase ?? false && text.hasSuffix(".") && !text.contains("\n")
        }
    }
}

/// The help of every command, from the parser.
enum HelpText {
    struct Command {
        var name: String
        var abstract: String
        var discussion: String
        /// The displayed options and arguments, except `--help` and `--version`.
        var arguments: [(name: String, help: String)]
        /// Whether it only holds other commands.
        var isGroup: Bool
    }

    static func commands() throws -> [Command] {
        let dump = Data(CommandRun(["--experimental-dump-help"]).output.utf8)
        let root = try #require(try JSONSerialization.jsonObject(with: dump) as? [String: Any])
        return all(root["command"] as? [String: Any] ?? [:], under: [])
    }

    private static func all(_ command: [String: Any], under path: [String]) -> [Command] {
        let path = path + [command["commandName"] as? String ?? ""]
        let arguments = (command["arguments"] as? [[String: Any]] ?? []).filter { argument in
            let name = argument["valueName"] as? String ?? ""
            return argument["shouldDisplay"] as? Bool ?? true && !["help", "version"].contains(name)
        }
        let own = Command(
            name: path.joined(separator: " "), abstract: command["abstract"] as? String ?? "",
            discussion: command["discussion"] as? String ?? "",
            arguments: arguments.map { (name(of: $0), $0["abstract"] as? String ?? "") },
            isGroup: command["subcommands"] != nil)
        let parts = command["subcommands"] as? [[String: Any]] ?? []
        return [own] + parts.filter { $0["commandName"] as? String != "help" }.flatMap { all($0, under: path) }
    }

    /// The long name of an option; `<key>` of an argument.
    private static func name(of argument: [String: Any]) -> String {
        let names = argument["names"] as? [[String: Any]] ?? []
        let long = names.first { $0["kind"] as? String == "long" }?["name"] as? String
        return long ?? "<\(argument["valueName"] ?? "")>"
    }

    /// A line, or a part of one up to a full stop. Quoted code is one word.
    static func sentences(_ text: String) -> [String] {
        var sentences = [""]
        var isCode = false
        var previous: Character = " "
        for character in text {
            if character == "`" { isCode.toggle() }
            let ends = character == "\n" || character == " " && ".!?".contains(previous)
            if ends, !isCode { sentences.append("") } else { sentences[sentences.count - 1].append(character) }
            previous = character
        }
        return sentences.filter { $0.contains { $0.isLetter } }
    }

    static func words(_ sentence: String) -> [String] {
        let parts = sentence.split(separator: "`", omittingEmptySubsequences: false)
        return parts.enumerated().flatMap { index, part in
            index % 2 == 1
                ? [String(part)]
                : part.split(separator: " ").map(String.init).filter { $0.contains { $0.isLetter || $0.isNumber } }
        }
    }
}
