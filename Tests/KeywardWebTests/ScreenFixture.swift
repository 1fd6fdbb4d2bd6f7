import HTTPTypes
import Hummingbird
import HummingbirdCore
import KeywardClient
import KeywardTesting
import Testing

@testable import KeywardWeb

/// A screen in this process, with a real daemon, and a browser without JavaScript that is signed in.
final class ScreenFixture {
    static let origin = ScreenOrigin(scheme: "http", authority: "kw-test.localhost:1234")
    static let anna = Account(uid: 4_201, user: "anna")
    static let base = ScreenSettings.defaultBasePath

    let folder: ScratchFolder
    let daemon: DaemonProcess
    let admin: KeywardClient
    let screen: Screen
    var browser: Browser

    init(configuration: String? = nil, isReadOnly: Bool = false) async throws {
        folder = try ScratchFolder()
        if let configuration { try folder.write(configuration, to: "keyward.yaml") }
        daemon = try DaemonProcess(
            runFolder: folder.path, stateFolder: folder.file("state"),
            configuration: configuration == nil ? nil : folder.file("keyward.yaml"))
        admin = try KeywardClient(socket: daemon.adminSocket)
        screen = try Self.screen(of: daemon.adminSocket, isReadOnly: isReadOnly)
        browser = Browser(screen)
        try await browser.signIn()
    }

    static func screen(
        of socket: String, isReadOnly: Bool = false, workspace: String? = nil,
        timeout: Duration = .seconds(5),
        deadline: IdleDeadline = IdleDeadline(limit: .seconds(900), from: .now)
    ) throws -> Screen {
        var settings = ScreenSettings(origin: origin, account: anna)
        (settings.isReadOnly, settings.workspace) = (isReadOnly, workspace)
        let random = RandomTokens { .random(in: .min ... .max) }
        return Screen(
            settings, daemon: try client(socket, timeout), random: random, deadline: deadline
        ) { WallClock.now }
    }

    static func client(_ socket: String, _ timeout: Duration = .seconds(5)) throws -> KeywardClient {
        try KeywardClient(socket: socket, timeout: timeout)
    }

    /// Verifies a secret as a service does.
    @discardableResult func verify(_ secret: Secret, from address: String? = nil) async throws -> Verification {
        try await KeywardClient(socket: daemon.verifySocket).verify(secret.reveal(), address: address)
    }

    /// The page with the table.
    func table(_ query: String = "") async throws -> Page {
        try await browser.get(Self.base + query)
    }

    func path(_ key: Key, _ action: String = "") -> String {
        "\(Self.base)/keys/\(key.id)" + (action.isEmpty ? "" : "/" + action)
    }
}

/// An answer of the screen.
struct Page {
    var status: Int
    var headers: HTTPFields
    var text: String

    /// The text that a reader sees: without markup, and with single spaces.
    var words: String {
        var text = text
        for name in ["style", "script"] {
            while let start = text.firstRange(of: "<\(name)>"), let end = text.firstRange(of: "</\(name)>") {
                text.removeSubrange(start.lowerBound..<end.upperBound)
            }
        }
        return Markup.plain(text)
    }

    var location: String? { headers[.location] }
}

/// A browser without JavaScript: it keeps the cookie, and sends forms as the pages have them.
struct Browser {
    let responder: RouterResponder<ScreenContext>
    let screen: Screen
    var cookie: String?
    /// What a proxy in front of the screen adds to each request.
    var added: HTTPFields = [:]

    init(_ screen: Screen) {
        self.screen = screen
        responder = screen.responder()
    }

    /// Opens a new link and presses its button.
    mutating func signIn() async throws {
        let link = screen.newLink()
        let page = try await get(String(link.dropFirst(ScreenFixture.origin.text.count)))
        let answer = try await submit(page)
        let value = try #require(answer.headers[.setCookie])
        cookie = String(value.prefix { $0 != ";" })
    }

    /// The token that forms of the session contain.
    var formToken: String {
        screen.sessions.formToken(for: String(cookie?.split(separator: "=").last ?? ""))
    }

    func get(_ path: String, _ change: (inout HTTPRequest) -> Void = { _ in }) async throws -> Page {
        try await send(.get, path, body: nil, change)
    }

    /// Sends the first form of a page that changes something, with these values in place of the page's own. `nil`
    /// leaves a field out.
    func submit(
        _ page: Page, _ values: KeyValuePairs<String, String?> = [:],
        _ change: (inout HTTPRequest) -> Void = { _ in }
    ) async throws -> Page {
        let form = try #require(Markup.form(in: page.text), "no form: \(page.words.prefix(400))")
        var fields = form.fields
        for (name, value) in values {
            fields.removeAll { $0.name == name }
            if let value { fields.append((name, value)) }
        }
        return try await post(form.action, fields, change)
    }

    func post(
        _ path: String, _ fields: [(name: String, value: String)],
        _ change: (inout HTTPRequest) -> Void = { _ in }
    ) async throws -> Page {
        let body = fields.map { "\(PercentEncoding.text($0.name))=\(PercentEncoding.text($0.value))" }
            .joined(separator: "&")
        return try await send(.post, path, body: body) { request in
            request.headerFields[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
            request.headerFields[.contentType] = "application/x-www-form-urlencoded"
            change(&request)
        }
    }

    /// Follows the redirection that a change answers with.
    func follow(_ page: Page) async throws -> Page {
        #expect(page.status == 303, "\(page.words)")
        return try await get(#require(page.location))
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, body: String?, _ change: (inout HTTPRequest) -> Void
    ) async throws -> Page {
        var head = HTTPRequest(
            method: method, scheme: "http", authority: screen.layout.settings.origin.authority, path: path)
        head.headerFields = added
        if let cookie { head.headerFields[.cookie] = cookie }
        change(&head)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body ?? "")))
        let response = try await responder.respond(
            to: request, context: ScreenContext(source: ScreenContext.Source()))
        let writer = CollectingWriter()
        try await response.body.write(writer)
        return Page(status: response.status.code, headers: response.headers, text: writer.text)
    }
}
