/// One of a set of words that may grow: a client keeps an unknown word from a newer daemon.
///
/// A caller may *send* only ``known`` words; the daemon refuses others.
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
