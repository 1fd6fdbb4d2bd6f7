// Fills a state folder with keys, in large transactions, and writes the load generator's work for them: SeedKeys
// STATE-FOLDER KEYS WORK-FILE. One request in fifty presents a bad key. The daemon must not run. The work file holds the secrets.
import BenchmarkKeys
import Glibc
import KeywardCore
import KeywardProtocol
import KeywardServer
import KeywardStore

let arguments = CommandLine.arguments
guard arguments.count == 4, let count = Int(arguments[2]), let file = fopen(arguments[3], "w") else {
    print("usage: SeedKeys STATE-FOLDER KEYS WORK-FILE")
    exit(2)
}

/// The pepper in the daemon's form: 64 hexadecimal digits.
func writePepper(_ bytes: [UInt8], to path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let digits = Array("0123456789abcdef".utf8)
    let line = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [UInt8(ascii: "\n")]
    guard write(descriptor, line, line.count) == line.count else { fatalError("the pepper cannot be written") }
    close(descriptor)
}

var now = timespec()
clock_gettime(CLOCK_REALTIME, &now)
let start = Instant(milliseconds: Int64(now.tv_sec) * 1_000)
let pepper = [UInt8](repeating: 7, count: 32)
var keys = BenchmarkKeys(pepper: pepper, createdAt: start)
var unknownKeys = BenchmarkKeys(pepper: pepper, createdAt: start, seed: 7)
var numbers = Numbers(state: 1)
let store = try SQLiteStore(path: arguments[1] + "/keyward.db", randomness: &numbers)
writePepper(pepper, to: arguments[1] + "/pepper")

var first = Changes(mark: start)
first.workspaces = [WorkspaceRecord(number: 1, name: "default", plan: "standard", tag: "kw", createdAt: start)]
first.peppers = [keys.pepper.record]
try store.commit(first)
var entries: [(request: String, reply: [UInt8])] = []
for done in stride(from: 0, to: count, by: 50_000) {
    var changes = Changes(mark: start)
    for _ in done..<min(count, done + 50_000) {
        let secret: String
        var record: KeyRecord
        (record, secret) = keys.next()
        // Otherwise the first start would store a ledger slot for each.
        record.ledger = LedgerSlot(slot: UInt32(record.number - 1), generation: 1)
        changes.keys.append(record)
        var (presented, code) = (secret, "valid")
        var part = VerdictText.fixedPart(of: record, workspace: "default")
        if record.number % 50 == 0 {
            part = Array(BenchmarkKeys.noKey.utf8)
            let isUnknown = record.number % 100 == 0
            (presented, code) =
                isUnknown ? (unknownKeys.unknown(), "notFound") : (BenchmarkKeys.mistyped(secret), "malformed")
        }
        let id = record.number
        let request = #"{"jsonrpc":"2.0","id":\#(id),"method":"keys.verify","params":{"key":"\#(presented)"}}"# + "\n"
        let head = #"{"jsonrpc":"2.0","id":\#(id),"result":{"valid":\#(code == "valid"),"code":"\#(code)","#
        entries.append((request, Array(head.utf8) + part + Array((#","warnings":[]}}"# + "\n").utf8)))
    }
    try store.commit(changes)
}
try store.close()
entries.shuffle(using: &numbers)
for entry in entries {
    let head = "\(entry.request.utf8.count) \(entry.reply.count)\n" + entry.request
    fputs(head, file)
    fwrite(entry.reply, 1, entry.reply.count, file)
}
fclose(file)
