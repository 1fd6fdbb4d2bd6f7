/// The number of keys that have not ended, according to their records.
struct KeyCounts {
    /// The number of keys that have ended.
    private var overCount = 0
    /// By workspace: the number that have not.
    private var cappedCounts: [Int] = []

    /// The number of `all` keys that have not ended.
    func live(of all: Int) -> Int { all - overCount }

    /// The number of a workspace's keys that have not ended: at no instant do more count towards its plan's cap.
    func mostCapped(inWorkspace number: Int64) -> Int {
        number < cappedCounts.count ? cappedCounts[Int(number)] : 0
    }

    mutating func add(_ key: some KeyTerms, in workspace: Int64) { count(workspace, key.isRecordedAsOver, by: 1) }

    mutating func remove(_ key: some KeyTerms, in workspace: Int64) { count(workspace, key.isRecordedAsOver, by: -1) }

    private mutating func count(_ workspace: Int64, _ isOver: Bool, by step: Int) {
        if isOver { return overCount += step }
        while cappedCounts.count <= workspace { cappedCounts.append(0) }
        cappedCounts[Int(workspace)] += step
    }
}
