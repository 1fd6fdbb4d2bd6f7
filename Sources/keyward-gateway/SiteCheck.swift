internal import KeywardGateway
internal import KeywardProtocol
internal import KeywardSettings

/// What `--check-config` found in the files of the sites.
struct SiteCheck {
    /// The members of the JSON output. Members are added, and none is renamed or removed.
    struct Report: Encodable {
        /// Whether every file can be used.
        var ok: Bool
        var sites: [Checked]
        var faults: [Fault]

        struct Checked: Encodable {
            var site: String
            var file: String
            var ok: Bool
        }

        struct Fault: Encodable {
            var file: String
            /// 1-based; `nil` if the file as a whole is at fault.
            var line: Int?
            var column: Int?
            var message: String
        }
    }

    private(set) var report = Report(ok: true, sites: [], faults: [])
    /// For people: a summary of each file that can be used.
    private(set) var summaries: [String] = []
    /// For people: a sentence for each fault.
    private(set) var sentences: [String] = []

    /// Reads each file. All faults are reported; a file has one at most, because reading ends there.
    init(_ files: [SiteFolder.File]) {
        for file in files {
            do throws(ConfigurationError) {
                summaries.append(SiteSummary.text(of: try file.site(), from: file.path))
                report.sites.append(Report.Checked(site: file.name, file: file.path, ok: true))
            } catch {
                report.sites.append(Report.Checked(site: file.name, file: file.path, ok: false))
                add(error)
            }
        }
    }

    /// There are no files to check.
    init(_ fault: ConfigurationError) {
        add(fault)
    }

    private mutating func add(_ error: ConfigurationError) {
        report.ok = false
        report.faults.append(
            Report.Fault(
                file: error.file, line: error.position?.line, column: error.position?.column, message: error.message))
        sentences.append(error.sentence)
    }

    var json: String { (try? JSONCoding.string(of: report)) ?? "" }
}

extension ConfigurationError {
    /// The fault as a sentence.
    var sentence: String {
        let text = "\(self)"
        return text.hasSuffix("?") || text.hasSuffix(".") ? text : text + "."
    }
}
