// The protocol's types (Key, Verification, Timestamp, …) are part of this library: `import KeywardClient` is enough to
// use them.
@_exported public import KeywardProtocol
@_exported public import KeywardVocabulary
