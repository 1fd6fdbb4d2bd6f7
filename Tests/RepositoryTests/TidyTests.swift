import Testing

struct TidyTests {
    @Test(arguments: Repository.swiftFiles)
    func aFileIsNoLongerThanItsReaderCanHold(file: String) {
        let count = Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).count - 1
        #expect(count <= StyleRules.longestFile, "\(file) has \(count) lines; at most \(StyleRules.longestFile)")
    }

    @Test(arguments: Repository.swiftFiles)
    func aFunctionFitsOnAScreen(file: String) {
        for body in Repository.code(file).functionBodies where body.length > StyleRules.longestBody {
            Issue.record("\(file):\(body.line): a body of \(body.length) lines; at most \(StyleRules.longestBody)")
        }
    }

    @Test(arguments: Repository.swiftFiles)
    func noFileUsesAForbiddenWordWithoutAnException(file: String) {
        let code = Repository.code(file)
        let isProduct = file.hasPrefix("Sources/")
        for word in StyleRules.forbidden + (isProduct ? StyleRules.forbiddenInProducts : []) {
            guard let place = code.places(of: word).first, !isExcepted(file, word) else { continue }
            Issue.record("\(file):\(code.line(of: place)): '\(word)' without an exception in Exceptions.swift")
        }
    }

    @Test func everyExceptionIsStillUsedAndHasAReason() {
        for exception in StyleRules.exceptions {
            let code = Repository.code(exception.file)
            #expect(!code.places(of: exception.word).isEmpty, "stale: \(exception)")
            #expect(exception.reason.split(separator: " ").count >= 3, "no reason: \(exception)")
        }
        #expect(Set(StyleRules.exceptions.map { [$0.file, $0.word] }).count == StyleRules.exceptions.count)
    }

    @Test func everyFolderWithSwiftFilesIsATargetOfThePackage() {
        let manifest = Repository.text("Package.swift")
        for area in ["Sources", "Tests"] {
            for folder in Repository.folders(in: area)
            where !Repository.files(under: "\(area)/\(folder)/", ending: ".swift").isEmpty {
                let isNamed = manifest.contains("\"\(folder)\"")
                #expect(isNamed, "\(area)/\(folder) is in no target, so nothing builds it")
            }
        }
    }

    private func isExcepted(_ file: String, _ word: String) -> Bool {
        StyleRules.exceptions.contains { $0.file == file && $0.word == word }
    }
}
