import Foundation
import Testing

@testable import KeywardGateway

struct RequestPathTests {
    @Test(arguments: [
        ("/", ""), ("/orders", "/orders"), ("/orders/", "/orders"), ("/orders/1", "/orders"), ("/%6Frders", "/orders"),
        ("/orders%2F1", "/orders"), ("/orders?x=/../y", "/orders"), ("/a%20b", "/a b"), ("/%C3%BC", "/ü"),
        ("/a.b/..c/...", "/a.b"), ("/a:b@c!$&'()*+,=~-_", ""),
    ])
    func aPlainPathIsBelowItsPrefix(target: String, prefix: String) throws {
        #expect(try RequestPath(target).isBelow(prefix))
    }

    @Test(arguments: [
        ("/orders-old", "/orders"), ("/orders", "/orders/1"), ("/Orders", "/orders"), ("/x/orders", "/orders"),
        ("/", "/orders"),
    ])
    func aPrefixMatchesWholeSegmentsOnly(target: String, prefix: String) throws {
        #expect(try !RequestPath(target).isBelow(prefix))
    }

    @Test(arguments: [
        ("", RequestPath.Fault.notAbsolute), ("*", .notAbsolute), ("orders", .notAbsolute),
        ("http://a/b", .notAbsolute), ("/.", .dotSegment), ("/..", .dotSegment), ("/a/../b", .dotSegment),
        ("/a/./b", .dotSegment), ("/a/%2e%2E/b", .dotSegment), ("/a/..", .dotSegment), ("/a%2F..%2Fb", .dotSegment),
        ("//a", .doubleSlash), ("/a//b", .doubleSlash), ("/a/%2Fb", .doubleSlash), ("/a//", .doubleSlash),
        ("/a\\b", .separator), ("/a%5Cb", .separator), ("/a;b", .separator), ("/a%3Bb", .separator),
        ("/a#b", .separator), ("/a%23", .separator), ("/%252e%252e/b", .encoding), ("/a%", .encoding),
        ("/a%4", .encoding), ("/a%zz", .encoding), ("/a%25b", .encoding), ("/a%00", .control), ("/a%0Ab", .control),
        ("/a%7F", .control), ("/a%C2%85", .control), ("/a%E2%80%A8", .control), ("/a%FF", .notUTF8),
        ("/a%C0%AE", .notUTF8), ("/a%ED%A0%80", .notUTF8), ("/a\u{FFFD}", .notUTF8),
    ])
    func anUnusualPathIsRefused(target: String, fault: RequestPath.Fault) {
        #expect(throws: fault) { try RequestPath(target) }
    }

    /// Whatever bytes a path has, once accepted it has no second reading.
    @Test func anAcceptedPathHasOneReading() throws {
        var random = SeededNumbers(state: 7)
        let parts = [
            "/", "a", ".", "..", "%2e", "%2F", "%5c", ";", "\\", "%25", "%", "%00", "é", "%C3%A9", "%FF", "?", "#",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let target = "/" + (0..<6).map { _ in parts[Int(random.next() % UInt64(parts.count))] }.joined()
            guard let path = try? RequestPath(target) else { continue }
            accepted += 1
            let raw = target.prefix { $0 != "?" }
            let decoded = try #require(raw.removingPercentEncoding)
            #expect(!decoded.contains("%") && !decoded.contains("//") && !decoded.contains("\\"))
            #expect(!decoded.split(separator: "/").contains { $0 == "." || $0 == ".." })
            // The whole path is below itself and below each of its parents.
            var parent = decoded.hasSuffix("/") ? String(decoded.dropLast()) : decoded
            while let slash = parent.lastIndex(of: "/") {
                #expect(path.isBelow(parent))
                parent = String(parent[..<slash])
            }
        }
        #expect(accepted > 100)
    }
}

/// Numbers that a seed repeats (splitmix64).
struct SeededNumbers {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
