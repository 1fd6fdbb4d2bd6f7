import Foundation
import Testing

@testable import keyward

extension CommandTests {
    /// packaging/man/keyward.1 describes the command's options.
    @Suite struct ManualTests {
        private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "packaging/man/keyward.1")
        private static let page = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        /// Described once, before the commands.
        private static let common: Set<String> = ["socket", "json", "color", "workspace", "help", "version"]

        @Test func `Every command and every option of it is in the manual page`() throws {
            let commands = try Self.commands()
            #expect(commands.count > 20)
            for (command, options) in commands {
                let section = try #require(Self.section(on: command), "keyward.1 does not tell of '\(command)'")
                for option in options where !Self.common.contains(option) {
                    #expect(section.contains("Fl Fl \(option)"), "keyward.1 does not tell of '\(command) --\(option)'")
                }
            }
            for option in Self.common { #expect(Self.page.contains("Fl Fl \(option)")) }
        }

        @Test func `The manual page says of each command and argument what the help says`() throws {
            for command in try HelpText.commands() where !command.isGroup {
                let name = command.name.split(separator: " ").dropFirst().joined(separator: " ")
                let section = Self.plain(try #require(Self.section(on: name)))
                #expect(section.contains(Self.plain(command.abstract)), "\(command.name): \(command.abstract)")
                for argument in command.arguments where !Self.common.contains(argument.name) && argument.name != "<key>"
                {
                    #expect(section.contains(Self.plain(argument.help)), "\(name): \(argument.help)\n\(section)")
                }
            }
        }

        /// The words of a text or of a part of the page, without markup and punctuation.
        private static func plain(_ text: String) -> String {
            let macros: Set<String> = [
                ".Fl", "Fl", ".Cm", "Cm", ".Li", "Li", ".Ql", ".Ar", "Ar", ".Nm", ".It", ".Bl", ".El",
            ]
            return text.split { " \n".contains($0) }.filter { !macros.contains(String($0)) }
                .map { $0.filter { $0.isLetter || $0.isNumber || "*".contains($0) } }.filter { !$0.isEmpty }
                .joined(separator: " ")
        }

        /// From the item of the command to the next command or heading.
        private static func section(on command: String) -> String? {
            let lines = page.components(separatedBy: "\n")
            let item = ".It Cm \(command)"
            guard let start = lines.firstIndex(where: { $0 == item || $0.hasPrefix(item + " ") }) else { return nil }
            return lines[(start + 1)...].prefix { !$0.hasPrefix(".It Cm ") && !$0.hasPrefix(".S") }
                .joined(separator: "\n")
        }

        /// Each command without subcommands, and the long names of its options.
        private static func commands() throws -> [(name: String, options: [String])] {
            let dump = Data(CommandRun(["--experimental-dump-help"]).output.utf8)
            let root = try #require(try JSONSerialization.jsonObject(with: dump) as? [String: Any])
            return leaves(root["command"] as? [String: Any] ?? [:], under: [])
        }

        private static func leaves(
            _ command: [String: Any], under path: [String]
        ) -> [(name: String, options: [String])] {
            let parts = (command["subcommands"] as? [[String: Any]] ?? []).filter {
                $0["commandName"] as? String != "help"
            }
            guard parts.isEmpty else {
                return parts.flatMap { leaves($0, under: path + [$0["commandName"] as? String ?? ""]) }
            }
            let arguments = command["arguments"] as? [[String: Any]] ?? []
            let names = arguments.filter { $0["shouldDisplay"] as? Bool ?? true }
                .flatMap { $0["names"] as? [[String: Any]] ?? [] }.filter { $0["kind"] as? String == "long" }
            return [(path.joined(separator: " "), names.compactMap { $0["name"] as? String })]
        }
    }
}
