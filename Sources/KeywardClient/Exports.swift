// The protocol's types (Key, Verification, Timestamp, …) are this library's vocabulary: `import KeywardClient` is
// enough to name them.
@_exported public import KeywardProtocol
