package import KeywardCore
import KeywardProtocol

extension WriteBar {
    /// The problem, in a sentence.
    package var problem: String {
        switch self {
        case .headMissing: "The file audit-head is missing, so a cut end of the audit trail would not be noticed."
        case .headDamaged: "The file audit-head is damaged, so a cut end of the audit trail would not be noticed."
        case .moved(.folder): "The state folder was moved or replaced while Keyward runs."
        case .moved(let file):
            "The file \(file.rawValue) in the state folder was removed or replaced while Keyward runs."
        }
    }

    /// What to do about it, in sentences.
    package var advice: String {
        switch self {
        case .headMissing, .headDamaged:
            "Look at the newest entries (keyward audit list), then run: keyward audit acknowledge"
        case .moved(.lock), .moved(.auditHead): "Restart Keyward."
        case .moved: "Put it back, or run keyward backup, which saves everything, and restore that file."
        }
    }

    /// The notice for operators.
    var notice: Notice { Notice(code: code, message: message, remedy: remedy) }

    /// The error reply to a change.
    var error: RPCError { RPCError(.readOnly, message, data: RPCError.Facts(remedy: remedy)) }

    private var code: String {
        switch self {
        case .headMissing: "auditHeadMissing"
        case .headDamaged: "auditHeadDamaged"
        case .moved: "stateFilesMoved"
        }
    }

    /// The arguments of the `keyward` command that helps.
    private var remedy: [String]? {
        switch self {
        case .headMissing, .headDamaged: ["audit", "acknowledge"]
        case .moved(.lock), .moved(.auditHead): nil
        case .moved: ["backup"]
        }
    }

    private var message: String {
        let refused = "Changes are refused; keys are verified as before."
        return switch self {
        case .headMissing, .headDamaged: "\(problem) \(refused) Look at the newest entries, then acknowledge it."
        case .moved: "\(problem) \(refused) \(advice)"
        }
    }
}
