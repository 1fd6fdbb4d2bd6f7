/// A count per word, as a JSON object with its members in alphabetical order.
public struct Tally: Codable, Hashable, Sendable {
    /// The count of each word; a missing word was not counted.
    public var counts: [String: Int]

    public init(_ counts: [String: Int] = [:]) {
        self.counts = counts
    }

    /// The count of `word`, 0 if it was not counted.
    public subscript(word: String) -> Int { counts[word] ?? 0 }

    /// Reads an object whose members are all integers.
    public init(from decoder: any Decoder) throws {
        counts = try decoder.singleValueContainer().decode([String: Int].self)
    }

    /// Writes an object whose members are all integers.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Word.self)
        for (word, count) in counts.sorted(by: { $0.key < $1.key }) {
            try container.encode(count, forKey: Word(stringValue: word))
        }
    }

    private struct Word: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
