/// The arrows between the folders of a target: a folder has one to another when a file of it names a type of the other.
///
/// What it does not see: members that an extension in another folder adds to a type from elsewhere, and conformances
/// that are found when the program runs.
struct FolderArrows {
    struct Arrow: Hashable {
        var from: String
        var to: String
        var file: String
        var type: String
    }

    /// The folder of the files that lie in none.
    static let top = "."

    private(set) var arrows: [Arrow] = []
    private(set) var folders: Set<String> = []

    /// - Parameter files: the sources of a target by their paths within it.
    init(_ files: [String: String], target: String) {
        let types = files.mapValues { TypeNames($0, module: target) }
        var folders: [String: Set<String>] = [:]
        for (file, types) in types {
            for type in types.declared { folders[type, default: []].insert(Self.folder(of: file)) }
        }
        self.folders = Set(files.keys.map(Self.folder))
        for (file, types) in types.sorted(by: { $0.key < $1.key }) {
            let from = Self.folder(of: file)
            for type in types.named.subtracting(types.own).sorted() {
                guard let homes = folders[type], !homes.contains(from) else { continue }
                arrows += homes.sorted().map { Arrow(from: from, to: $0, file: file, type: type) }
            }
        }
    }

    /// The folder of a path within a target.
    private static func folder(of path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? String(parts[0]) : top
    }
}

/// Which folder may name types of which others.
struct FolderTable {
    var allowed: [String: Set<String>]

    /// Folders each of which may name the next, the last the first; `nil` if there are none.
    var cycle: [String]? {
        for folder in allowed.keys.sorted() {
            if let found = path(from: folder, to: folder, by: []) { return found }
        }
        return nil
    }

    private func path(from start: String, to end: String, by passed: [String]) -> [String]? {
        for next in (allowed[start] ?? []).sorted() {
            if next == end { return passed + [start] }
            guard !passed.contains(next), next != start else { continue }
            if let found = path(from: next, to: end, by: passed + [start]) { return found }
        }
        return nil
    }
}
