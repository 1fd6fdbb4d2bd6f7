internal import Glibc

/// A key given by a person or a script, without exposing it to other accounts.
enum PresentedSecret {
    /// Reads a key: the first line, trimmed. A terminal does not echo it.
    static func read(from descriptor: Int32, console: Console) throws(Failure) -> String {
        let input =
            isatty(descriptor) == 1
            ? try HiddenLine.read(from: descriptor) { console.report("Key (hidden):") }
            : try InputBytes.line(from: descriptor)
        guard let line = input else {
            throw .usage("No key was given. Pass it on standard input, or name a file descriptor with --fd.")
        }
        var key = line.drop(while: \.isWhitespace)
        while key.last?.isWhitespace == true { key.removeLast() }
        return String(key)
    }

    /// Whether `text` contains a whole key, or most of one: a tag, `_`, 8 characters, `_`, and thirty or more.
    ///
    /// Every account of the host can read arguments (ps(1)), and shells store them.
    static func isPresent(in text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        for index in parts.indices.dropFirst(2) {
            let tag = parts[index - 2].reversed().prefix { isBase62($0) }
            let id = parts[index - 1]
            let secret = parts[index].prefix { isBase62($0) }
            if tag.count >= 2, id.count == 8, id.allSatisfy(isBase62), secret.count >= 30 { return true }
        }
        return false
    }

    private static func isBase62(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
