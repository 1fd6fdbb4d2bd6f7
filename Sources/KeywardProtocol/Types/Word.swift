/// One of a fixed set of words, open at the far end: a client keeps a word that a newer daemon sends.
///
/// What a caller may *send* is ``known``; the daemon refuses anything else.
public protocol Word: RawRepresentable, Codable, Hashable, Sendable, CustomStringConvertible
where RawValue == String {
    /// Wraps any word.
    init(rawValue: String)
    /// The words that the protocol defines for senders.
    static var known: [Self] { get }
}

extension Word {
    /// The word itself.
    public var description: String { rawValue }
}
