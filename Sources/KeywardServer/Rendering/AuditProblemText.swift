package import KeywardCore

extension AuditProblem {
    /// The problem, as a sentence.
    package var sentence: String {
        switch self {
        case .outOfOrder(let entry, let last): "Entry \(entry) follows entry \(last)."
        case .entriesMissing(let entries): "Entries \(entries.lowerBound) to \(entries.upperBound) are missing."
        case .altered(let entry):
            "Entry \(entry) does not match its hash: it, or what came before it, was changed."
        case .pepperMissing(let entry): "The pepper that entry \(entry) was sealed with is not here."
        case .headMissing: "The end of the chain is not in audit-head, so a cut end would not be noticed."
        case .headDamaged: "The file audit-head is damaged, so a cut end would not be noticed."
        case .endMissing: "The end of the chain that audit-head has is missing."
        case .lossRecorded: "An entry tells that the chain had lost its end before a start."
        }
    }
}
