/// Names of workspaces. Services and people identify workspaces by them, so two must not look alike by accident.
package enum WorkspaceName {
    /// Why `name` is refused as a workspace's name; `nil` if it is valid.
    package static func fault(in name: String) -> TextFault? {
        if let fault = FreeText.fault(in: name) { return fault }
        if let first = name.first, let last = name.last, FreeText.isBlank(first) || FreeText.isBlank(last) {
            return .hasOuterWhiteSpace
        }
        // In other texts joiners and variation selectors are part of visible characters; a name does not need them.
        return name.unicodeScalars.contains(where: FreeText.isInvisible) ? .hasCharactersWithoutWidth : nil
    }

    /// The common form of names that differ only by case or by their encoding.
    package static func folded(_ name: String) -> String {
        FreeText.normalized(FreeText.normalized(name).uppercased().lowercased())
    }

    /// A workspace that gets another name.
    package struct Renaming: Hashable, Sendable {
        /// With the new name.
        package var record: WorkspaceRecord
        package var formerName: String
    }

    /// New names for workspaces whose names were stored before these rules. If several become equal, the oldest keeps
    /// the name, and later ones get `-2`, `-3`, ….
    ///
    /// The newest workspace comes first: written in this order, no name is in use twice at any moment.
    package static func renamings(of workspaces: [WorkspaceRecord]) -> [Renaming] {
        let sorted = workspaces.sorted { $0.number < $1.number }
        var taken = Set(sorted.map { Array($0.name.utf8) })
        var owners: Set<String> = []
        var renamings: [Renaming] = []
        for record in sorted {
            var name = mended(record.name)
            if !owners.insert(name).inserted {
                name = numbered(name) { owners.contains($0) || taken.contains(Array($0.utf8)) }
                owners.insert(name)
                taken.insert(Array(name.utf8))
            }
            guard !name.utf8.elementsEqual(record.name.utf8) else { continue }
            var renamed = record
            renamed.name = name
            renamings.append(Renaming(record: renamed, formerName: record.name))
        }
        return renamings.reversed()
    }

    /// The name without forbidden characters.
    private static func mended(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: name.unicodeScalars.lazy.filter { !FreeText.isInvisible($0) })
        let blank = { (character: Character) in FreeText.isBlank(character) }
        let inner = String(scalars).drop(while: blank).reversed().drop(while: blank).reversed()
        let mended = FreeText.normalized(String(inner))
        return fault(in: mended) == nil && mended != "*" ? mended : "workspace"
    }

    private static func numbered(_ name: String, isTaken: (String) -> Bool) -> String {
        var number = 2
        while true {
            let suffix = "-\(number)"
            let candidate = name.prefix(FreeText.longest - suffix.count) + suffix
            if !isTaken(String(candidate)) { return String(candidate) }
            number += 1
        }
    }
}
