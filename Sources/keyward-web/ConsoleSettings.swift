internal import KeywardBase
internal import KeywardDisplay
internal import KeywardWeb

/// The settings of a team's site, from the environment of the service.
struct ConsoleSettings {
    /// The file that has the settings.
    static let file = "/etc/keyward/web/site.conf"

    var origin: ScreenOrigin
    var basePath: String
    /// In seconds.
    var idle: Int64

    /// - Parameter variable: Returns the value of a variable of the environment; `nil` if there is none.
    /// - Throws: A failure that names the setting.
    init(_ variable: (String) -> String?) throws(StartFailure) {
        let address = variable("KEYWARD_WEB_ORIGIN").flatMap(SiteAddress.init(origin:))
        guard let address else { throw Self.fault("KEYWARD_WEB_ORIGIN", "an address such as https://keys.example.com") }
        origin = ScreenOrigin(scheme: "https", authority: address.authority)
        basePath = variable("KEYWARD_WEB_BASE_PATH") ?? ScreenSettings.defaultBasePath
        guard SiteAddress.isPath(basePath) else {
            throw Self.fault("KEYWARD_WEB_BASE_PATH", "a path such as \(ScreenSettings.defaultBasePath)")
        }
        let span = variable("KEYWARD_WEB_IDLE") ?? "15m"
        guard let seconds = SpanText.seconds(span), seconds > 0 else {
            throw Self.fault("KEYWARD_WEB_IDLE", "a time such as 15m or 8h")
        }
        idle = seconds
    }

    private static func fault(_ name: String, _ form: String) -> StartFailure {
        StartFailure("\(name) in \(file) must be \(form).", status: StartFailure.configuration)
    }
}
