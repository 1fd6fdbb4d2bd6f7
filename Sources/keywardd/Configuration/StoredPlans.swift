internal import KeywardCore
internal import KeywardStore

/// The plans of all workspaces, read from the database of a daemon that may be running.
enum StoredPlans {
    /// The plans that a policy lacks, in order; none if there is no database yet.
    static func missing(from policy: Policy, inFolder folder: String) throws(StartFault) -> [String] {
        let path = folder + "/keyward.db"
        do {
            guard case .filled = try DatabaseContent.inspect(path: path) else { return [] }
            return try ClosedDatabase(path: path).plans().filter { policy.plans[$0] == nil }.sorted()
        } catch let error as StoreOpenError {
            throw StartFault(error)
        } catch let fault as StoreFault {
            throw StartFault(fault)
        } catch {
            throw StartFault(problem: "\(error)", remedy: "", status: .system)
        }
    }
}
