/// What bars changes now, and whether a loss of entries awaits an operator's word.
struct WriteBars: Sendable {
    /// Until an operator acknowledges it.
    var trail: WriteBar?
    /// As long as it lasts.
    var files: WriteBar?
    /// Whether an entry tells of entries that are gone, and none behind it that an operator knows.
    var hasLoss = false

    var first: WriteBar? { files ?? trail }
    var awaitsWord: Bool { trail != nil || hasLoss }
}
