internal import KeywardBase

/// Makes texts that nobody can guess.
package struct RandomTokens: Sendable {
    private let next: @Sendable () -> UInt64

    /// - Parameter next: Returns 64 bits of a cryptographically secure generator.
    package init(_ next: @escaping @Sendable () -> UInt64) {
        self.next = next
    }

    /// - Parameter count: A multiple of 8.
    func bytes(_ count: Int) -> [UInt8] {
        (0..<count / 8).flatMap { _ in withUnsafeBytes(of: next()) { Array($0) } }
    }

    /// 128 bits as 32 hexadecimal digits.
    func token() -> String {
        String(decoding: HexDigits.text(bytes(16)), as: UTF8.self)
    }
}

extension String {
    /// Whether two texts are equal, in a time that depends on their lengths only.
    func equalsInConstantTime(_ other: String) -> Bool {
        let (left, right) = (Array(utf8), Array(other.utf8))
        guard left.count == right.count else { return false }
        // With the parentheses: both operators have the same precedence in Swift.
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
