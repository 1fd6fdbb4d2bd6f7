import Glibc
import KeywardClient
import ScriptedDaemon
import Testing

@testable import keyward

/// All tests here run one after another, because some set the time zone of the process.
@Suite(.serialized) enum CommandTests {}

/// The result of a run of the command.
struct CommandRun {
    var status: Outcome
    var output: String
    var errors: String

    /// The current time of every test's command: 2026-11-23T12:00:00Z.
    static let now = Timestamp(milliseconds: 1_795_435_200_000)

    /// Runs the command with files for its three streams.
    init(
        _ arguments: [String], daemon: ScriptedDaemon? = nil, input: String = "", isScreen: Bool = false,
        canAsk: Bool = false, width: Int = 100, color: Bool = false,
        environment: [String: String] = [:]
    ) {
        let (source, data, words) = (Stream(input), Stream(), Stream())
        let console = Console(
            input: source.descriptor, output: data.descriptor, errors: words.descriptor,
            isScreen: isScreen, canAsk: canAsk, width: width, palette: Palette(isOn: color),
            errorPalette: Palette(isOn: color), now: Self.now, variable: { environment[$0] })
        let socket = daemon.map { ["--socket", $0.path] } ?? []
        // Before a `--`: nothing after it is an option.
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        status = Invocation.run(arguments[..<end] + socket + arguments[end...]) { _ in console }
        output = data.text
        errors = words.text
    }
}

/// A file without a name.
private final class Stream {
    let descriptor: Int32

    init(_ text: String = "") {
        var template = Array("/tmp/kw-stream-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        unlink(template)
        _ = text.withCString { write(descriptor, $0, strlen($0)) }
        lseek(descriptor, 0, SEEK_SET)
    }

    deinit {
        close(descriptor)
    }

    var text: String {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    }
}

/// A key in the daemon's form; not a real one.
enum Sample {
    static let secret = "kw_8FqL2mXw_abcdefghijABCDEFGHIJ0123456789abcdef"

    static func key(
        _ name: String = "prod-main-app", prefix: String = "kw_8FqL2mXw", status: String = "active",
        used: Int = 1_234_567, lastUsed: String? = "2026-11-23T11:59:57.000Z", by: String = "gateway",
        expires: String? = "2027-01-04T12:00:00.000Z", actions: String = #""rotate","revoke","disable","update""#,
        owner: String = "null", workspace: String = "\"default\""
    ) -> String {
        let last = lastUsed.map { "\"\($0)\"" } ?? "null"
        let account = lastUsed == nil ? "null" : #"{"uid":998,"user":"\#(by)"}"#
        let end = expires.map { "\"\($0)\"" } ?? "null"
        return
            #"{"id":"key_01j0","workspace":\#(workspace),"name":"\#(name)","prefix":"\#(prefix)","status":"\#(status)","#
            + #""facts":[],"usageCount":\#(used),"refusedCount":2,"lastUsedAt":\#(last),"lastUsedBy":\#(account),"#
            + #""createdAt":"2026-01-04T12:00:00.000Z","createdBy":{"uid":0,"user":"root"},"expiresAt":\#(end),"#
            + #""owner":\#(owner),"purpose":null,"scopes":[],"metadata":{},"rotation":null,"revoked":null,"#
            + #""actions":[\#(actions)]}"#
    }

    static func page(
        _ keys: [String], cursor: String? = nil, notice: String? = nil, matching: Int? = nil, total: Int? = nil
    ) -> String {
        let access =
            notice.map { #"{"plan":"free","apiAccess":false,"notice":"\#($0)"}"# }
            ?? #"{"plan":"standard","apiAccess":true,"notice":null}"#
        let next = cursor.map { "\"\($0)\"" } ?? "null"
        let counts = total.map { #","matching":\#(matching ?? $0),"total":\#($0)"# } ?? ""
        return #"{"keys":[\#(keys.joined(separator: ","))],"nextCursor":\#(next),"access":\#(access)\#(counts)}"#
    }

    static let created = #"{"key":\#(key()),"secret":"\#(secret)","warnings":[]}"#
    static let rotated =
        #"{"key":\#(key()),"secret":"\#(secret)","retiring":\#(key(prefix: "kw_00000old", status: "retiring")),"#
        + #""warnings":[]}"#
    /// A refusal with a remedy, given as JSON.
    static func refusal(_ code: String, remedy: String) -> ScriptedAnswer {
        .error(#"{"code":-32000,"message":"Refused.","data":{"code":"\#(code)","remedy":\#(remedy)}}"#)
    }

    static let check =
        #"{"code":-32005,"message":"Confirm it.","data":{"code":"confirmationRequired","checks":[{"check":"#
        + #""recentlyUsed","message":"prod-main-app (kw_8FqL2mXw) was used 12 minutes ago."}]}}"#
}
