/// How many keys there are that are not over, as far as is on record.
struct KeyCounts {
    /// How many keys are over.
    private var overCount = 0
    /// By workspace: how many are not.
    private var cappedCounts: [Int] = []

    /// How many of `all` keys are not over.
    func live(of all: Int) -> Int { all - overCount }

    /// How many keys of a workspace are not over: no fewer than count towards its plan's cap at any instant.
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
