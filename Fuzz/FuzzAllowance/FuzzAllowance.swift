import FuzzDaemon
import Glibc
import KeywardProtocol
import KeywardServer
import Synchronization

/// Interprets any bytes as changes of limits, credits and budgets, as verifications, and as time that passes. Each
/// verification must answer what a model answers that keeps everything that was spent in a list. The rest of an input
/// goes unchanged into single parameters of another daemon, which must answer with a line of JSON.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAllowance(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(bytes: UnsafeBufferPointer(start: start, count: count)[...])
    var run = Run()
    while !input.isEmpty { run.step(&input) }
    return 0
}

/// The bytes of an input that are not used yet.
struct Input {
    private var bytes: Slice<UnsafeBufferPointer<UInt8>>

    init(bytes: Slice<UnsafeBufferPointer<UInt8>>) { self.bytes = bytes }

    var isEmpty: Bool { bytes.isEmpty }

    /// A number below `bound`; 0 at the end.
    mutating func next(_ bound: Int) -> Int { Int(bytes.popFirst() ?? 0) % bound }

    /// The bytes up to the next line feed, at most `count`.
    mutating func text(_ count: Int) -> [UInt8] {
        let text = bytes.prefix { $0 != UInt8(ascii: "\n") }.prefix(count)
        bytes = bytes.dropFirst(text.count + 1)
        return Array(text)
    }
}

/// One for all inputs: its threads do not end with it.
private let daemon = FuzzDaemon(keepsChanges: false)
private let runs = Atomic(0)

/// The keys and the budget of an input, and what they must answer.
private struct Run {
    private let number = runs.add(1, ordering: .relaxed).newValue
    /// Those that can be valid.
    private var keys: [(secret: String, name: String, allowance: ModelAllowance)] = []
    private var created = 0
    /// The predecessors of rotations, by name, and when they may have ended.
    private var replaced: [String: (secret: String, endsAt: Int64)] = [:]
    private var budget: ModelAllowance?

    private var now: Int64 { daemon.clock.now.milliseconds }

    mutating func step(_ input: inout Input) {
        switch input.next(10) {
        case 0: create(&input)
        case 1: setBudget(&input)
        case 2: update(&input)
        case 3: rotate(&input)
        case 4:
            let units: [Int64] = [100, 1_000, 60_000, 3_600_000, 86_400_000]
            daemon.clock.pass(units[input.next(units.count)] * Int64(1 + input.next(60)))
            for old in replaced.values where old.endsAt <= now { keys.removeAll { $0.secret == old.secret } }
        case 9: pass(&input)
        default: verify(&input)
        }
    }

    private func call(_ method: String, _ params: String, on socket: ServedSocket = .admin) -> String {
        let line = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(params)}}"# + "\n"
        return String(decoding: daemon.answer(Array(line.utf8), on: socket), as: UTF8.self)
    }

    private func change(_ method: String, _ params: String) -> String {
        let reply = call(method, params)
        require(reply.contains(#""result":{"#), reply)
        return reply
    }

    /// The secret in the reply to a creation or a rotation.
    private func secret(in reply: String) -> String {
        let parts = reply.split(separator: #""secret":""#)
        return String(parts[1].prefix { $0 != "\"" })
    }

    private mutating func create(_ input: inout Input) {
        guard keys.count < 4 else { return }
        let name = "key\(number)-\(created)"
        created += 1
        if let budget, input.next(2) == 1 {
            let reply = change("keys.create", #""name":"\#(name)","budget":"team\#(number)""#)
            return keys.append((secret(in: reply), name, budget))
        }
        let allowance = ModelAllowance()
        let limits = allowance.setLimits(&input, at: now)
        let credits = allowance.setCredits(&input, at: now)
        let reply = change("keys.create", #""name":"\#(name)","limits":\#(limits),"credits":\#(credits)"#)
        keys.append((secret(in: reply), name, allowance))
    }

    private mutating func setBudget(_ input: inout Input) {
        let allowance = budget ?? ModelAllowance()
        let limits = allowance.setLimits(&input, at: now)
        let credits = allowance.setCredits(&input, at: now)
        _ = change("budgets.set", #""name":"team\#(number)","limits":\#(limits),"credits":\#(credits)"#)
        budget = allowance
    }

    private func update(_ input: inout Input) {
        guard !keys.isEmpty else { return }
        let key = keys[input.next(keys.count)]
        guard key.allowance !== budget else { return }
        let limits = key.allowance.setLimits(&input, at: now)
        _ = change("keys.update", #""key":"\#(prefix(of: key.secret))","limits":\#(limits)"#)
    }

    private mutating func rotate(_ input: inout Input) {
        guard !keys.isEmpty, keys.count < 4 else { return }
        let key = keys[input.next(keys.count)]
        guard replaced[key.name] == nil else { return }
        let reply = change("keys.rotate", #""key":"\#(prefix(of: key.secret))","graceSeconds":2592000"#)
        replaced[key.name] = (key.secret, now + 2_592_000_000)
        keys.append((secret(in: reply), key.name, key.allowance))
    }

    private func prefix(of secret: String) -> String { secret.split(separator: "_").prefix(2).joined(separator: "_") }

    private func verify(_ input: inout Input) {
        guard !keys.isEmpty else { return }
        let key = keys[input.next(keys.count)]
        let cost = input.next(5)
        let names = ["a", "b", "c", "d"]
        let named = (0..<input.next(3)).map { (name: names[(input.next(2) + $0 * 2) % 4], cost: input.next(5)) }
        let list = named.map { #"{"name":"\#($0.name)","cost":\#($0.cost)}"# }.joined(separator: ",")
        let reply = call(
            "keys.verify", #""key":"\#(key.secret)","cost":\#(cost),"limits":[\#(list)]"#, on: .verify)
        for part in key.allowance.spend(Int64(cost), named.map { ($0.name, Int64($0.cost)) }, at: now) {
            require(reply.contains(part), "\(part) is not in \(reply)")
        }
    }

    /// Puts bytes of the input into a parameter.
    private func pass(_ input: inout Input) {
        let targets: [(method: String, param: String, socket: ServedSocket)] = [
            ("keys.verify", "anyOf", .verify), ("keys.verify", "address", .verify), ("keys.verify", "cost", .verify),
            ("keys.verify", "limits", .verify), ("keys.create", "limits", .admin), ("keys.create", "credits", .admin),
            ("keys.create", "budget", .admin), ("keys.create", "addresses", .admin), ("keys.update", "limits", .admin),
            ("keys.update", "credits", .admin), ("keys.update", "budget", .admin), ("budgets.set", "limits", .admin),
            ("budgets.set", "credits", .admin), ("budgets.get", "name", .admin),
        ]
        let (method, param, socket) = targets[input.next(targets.count)]
        let subject = method == "keys.create" || method == "budgets.set" ? #""name":"hostile","# : ""
        let key = method == "keys.verify" ? strangers.secret : "hostile"
        let line =
            Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{"#.utf8)
            + Array((subject.isEmpty && method != "budgets.get" ? #""key":"\#(key)","# : subject).utf8)
            + Array("\"\(param)\":".utf8) + input.text(512) + Array("}}\n".utf8)
        let reply = strangers.daemon.answer(line, on: socket)
        var tape = JSONTape(limits: .reply)
        let text = String(decoding: reply, as: UTF8.self)
        require(reply.count { $0 == UInt8(ascii: "\n") } == 1, "not one line: \(text)")
        do { try tape.scan(Array(reply.dropLast()).span) } catch { require(false, "no JSON: \(error): \(text)") }
        require(!text.contains("internalError"), text)
    }
}

/// Ends the run with a message, which an optimized precondition would not print.
private func require(_ holds: Bool, _ message: @autoclosure () -> String) {
    guard !holds else { return }
    print("FuzzAllowance: \(message())")
    fflush(nil)
    abort()
}

/// Receives the bytes of all inputs as they are.
private let strangers = Strangers()

private struct Strangers {
    let daemon = FuzzDaemon(keepsChanges: false)
    let secret: String

    init() {
        let limits =
            #"[{"name":"a","limit":9,"windowSeconds":1},{"name":"n","limit":9,"windowSeconds":1,"automatic":false}]"#
        let line =
            #"{"jsonrpc":"2.0","id":1,"method":"keys.create","params":{"name":"stranger","limits":\#(limits)"#
            + #","credits":{"remaining":1000000},"addresses":["10.0.0.0/8"]}}"# + "\n"
        let reply = String(decoding: daemon.answer(Array(line.utf8), on: .admin), as: UTF8.self)
        secret = String(reply.split(separator: #""secret":""#)[1].prefix { $0 != "\"" })
    }
}
