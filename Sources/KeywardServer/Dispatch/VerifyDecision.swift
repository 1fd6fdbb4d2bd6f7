import KeywardBase
import KeywardCore
import KeywardProtocol

/// Decides verifications of one peer at one instant: the one place for it, whatever way they came.
struct VerifyDecision {
    let uid: UInt32
    let now: Instant
    private(set) var unknownKeys: UnknownKeys.Share

    init(uid: UInt32, now: Instant) {
        (self.uid, self.now) = (uid, now)
        unknownKeys = UnknownKeys.Share(uid: uid)
    }

    /// Decides on a key that was looked up, counts the use, and appends the result, an object.
    ///
    /// - Parameters:
    ///   - isKey: whether what was presented has a key's shape and checksum.
    ///   - found: where the key is; `nil` if there is none.
    mutating func answer(
        isKey: Bool, _ found: KeyTable.Index?, in workspaces: WorkspaceFilter, requiring scopes: ArraySlice<[UInt8]>,
        _ state: inout RegistryState, into output: inout ByteBuffer
    ) {
        let verdict =
            isKey
            ? state.verify(found, by: uid, at: now, in: workspaces, requiring: scopes)
            : state.counted(Verdict(code: .malformed))
        unknownKeys.count(verdict.code)
        VerdictText.append(verdict, &state, into: &output)
    }
}
