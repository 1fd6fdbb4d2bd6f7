/// The current bars to changes, and whether a loss of entries awaits an operator's acknowledgement.
struct WriteBars: Sendable {
    /// Until an operator acknowledges it.
    var trail: WriteBar?
    /// While it lasts.
    var files: WriteBar?
    /// Whether an entry records lost entries, and no later entry acknowledges that.
    var hasLoss = false

    var first: WriteBar? { files ?? trail }
    var awaitsWord: Bool { trail != nil || hasLoss }
}
