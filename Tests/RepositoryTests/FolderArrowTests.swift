import Testing

/// The arrows between the folders of a target, as docs/architecture.md draws them: which may name types of which.
///
/// A target is held to them once it has a table here. Every arrow of a table is one that its sources have.
struct FolderArrowTests {
    private static let tables: [String: FolderTable] = [
        "KeywardCore": FolderTable(allowed: [
            "Model": [],
            "Status": ["Model"],
            "Keys": ["Model"],
            "Rules": ["Keys", "Model", "Status"],
            "Audit": ["Keys", "Model"],
            "Store": ["Audit", "Keys", "Model"],
            "Table": ["Model", "Status"],
            "Usage": ["Model", "Store", "Table"],
            "Allowances": ["Model", "Rules", "Table", "Usage"],
            "Schedule": ["Audit", "Model", "Status", "Table"],
            "Registry": [
                "Allowances", "Keys", "Model", "Rules", "Schedule", "Status", "Store", "Table", "Usage",
            ],
            "Access": ["Audit", "Model", "Registry", "Rules", "Status", "Store", "Table"],
            "Commit": ["Access", "Audit", "Keys", "Model", "Registry", "Rules", "Status", "Store", "Table"],
            "Operations": ["Access", "Audit", "Commit", "Keys", "Model", "Registry", "Rules", "Status", "Table"],
            "Authority": [
                "Access", "Audit", "Commit", "Keys", "Model", "Registry", "Rules", "Status", "Store", "Table", "Usage",
            ],
            "Listing": ["Access", "Authority", "Model", "Registry", "Status", "Table"],
            "Sweeps": ["Access", "Audit", "Authority", "Commit", "Model", "Registry", "Schedule", "Table"],
            "Clock": ["Access", "Audit", "Authority", "Commit", "Model", "Registry", "Status", "Table"],
        ]),
        "KeywardServer": FolderTable(allowed: [
            "Transport": [],
            "Reports": ["Transport"],
            "Rendering": ["Reports", "Transport"],
            "Events": ["Rendering", "Reports", "Transport"],
            "Queues": ["Transport"],
            "Maintenance": ["Queues", "Reports", "Transport"],
            "Clock": ["Maintenance", "Reports"],
            "Sweeps": ["Clock", "Maintenance", "Reports"],
            "Callers": ["Queues", "Reports"],
            "Monitoring": ["Callers", "Clock", "Events", "Maintenance", "Rendering", "Reports", "Sweeps"],
            "Verification": ["Maintenance", "Reports"],
            "Calls": [
                "Callers", "Clock", "Events", "Maintenance", "Monitoring", "Queues", "Rendering", "Reports", "Sweeps",
                "Transport", "Verification",
            ],
            "Methods": ["Calls", "Events", "Rendering", "Reports", "Sweeps"],
            "Dispatch": ["Calls", "Methods", "Rendering", "Transport", "Verification"],
            // The composition.
            FolderArrows.top: [
                "Callers", "Calls", "Clock", "Events", "Maintenance", "Monitoring", "Queues", "Reports", "Sweeps",
                "Transport", "Verification",
            ],
        ]),
        "KeywardGateway": FolderTable(allowed: [
            "Paths": [],
            "Site": ["Paths"],
            "Answers": ["Paths", "Site"],
            "Requests": ["Answers", "Paths", "Site"],
            "Verify": ["Answers"],
            "Reports": ["Answers"],
            "Server": ["Answers", "Reports", "Requests", "Site", "Verify"],
        ]),
        "KeywardWeb": FolderTable(allowed: [
            "Markup": [],
            "Assets": ["Markup"],
            "Requests": ["Assets"],
            "Serving": ["Requests"],
            "Loopback": ["Requests", "Serving"],
            "Pages": ["Assets", "Markup", "Requests"],
            "Routes": ["Assets", "Markup", "Pages", "Requests", "Serving"],
        ]),
    ]

    /// Arrows of the tables that no name of a type shows.
    private static let unnamed: [String: [String: Set<String>]] = [
        "KeywardServer": [
            // The initializers that make the wire's form, and the words of refusals.
            "Events": ["Rendering"], "Calls": ["Rendering"],
            // The words of the transport's refusals; the conformances of the methods.
            "Dispatch": ["Rendering", "Methods"],
        ]
    ]

    @Test(arguments: tables.keys.sorted())
    func aFolderNamesOnlyTypesOfFoldersThatItsArrowsAllow(target: String) throws {
        let table = try #require(Self.tables[target])
        let found = Self.arrows(of: target)
        #expect(found.folders == Set(table.allowed.keys), "\(target): these folders have no arrows, or are none")
        for arrow in found.arrows where !(table.allowed[arrow.from]?.contains(arrow.to) ?? false) {
            Issue.record(
                "\(target)/\(arrow.file) names \(arrow.type): \(arrow.from) -> \(arrow.to) is not in the table")
        }
    }

    @Test(arguments: tables.keys.sorted())
    func everyArrowOfATableIsThere(target: String) throws {
        let table = try #require(Self.tables[target])
        let found = Set(Self.arrows(of: target).arrows.map { [$0.from, $0.to] })
        for (from, folders) in table.allowed {
            for to in folders where !found.contains([from, to]) && Self.unnamed[target]?[from]?.contains(to) != true {
                Issue.record("\(target): stale: \(from) -> \(to)")
            }
        }
    }

    @Test(arguments: tables.keys.sorted())
    func theArrowsGoOneWay(target: String) throws {
        let cycle = try #require(Self.tables[target]).cycle
        #expect(cycle == nil, "\(target): \(cycle?.joined(separator: " -> ") ?? "")")
    }

    private static func arrows(of target: String) -> FolderArrows {
        let start = "Sources/\(target)/"
        let files = Repository.files(under: start, ending: ".swift").map { path in
            (String(path.dropFirst(start.count)), Repository.text(path))
        }
        return FolderArrows(Dictionary(uniqueKeysWithValues: files), target: target)
    }

    // MARK: The finder

    @Test(arguments: [
        ("struct A {}\nfinal class B {}\nenum C {}\nprotocol D {}\nactor E {}\ntypealias F = Int", "A B C D E F"),
        ("package indirect enum A {}\n@available(*, unavailable) struct B {}", "A B"),
        ("private struct A {}\nfileprivate final class B {}", ""),
        ("struct A { struct B {} }", "A"), ("func f() { struct A {} }", ""),
        ("extension A { struct B {} }", "A.B"), ("extension A.B where C == D { private enum E {}; enum F {} }", "B.F"),
        ("extension A { func f() { struct B {} } }\nstruct C {}", "C"),
        ("class func f() {}\nlet a = \"struct A {}\" // struct B {}", ""),
    ])
    func declaredTypesAreFound(source: String, names: String) {
        #expect(TypeNames(source, module: "M").declared.sorted().joined(separator: " ") == names)
    }

    @Test(arguments: [
        ("let a: A = B(c)", "A B"), ("a.b.C()", ""), ("A.B.c", "A A.B"), ("M.A()", "A M"),
        ("f(x as? [A: any B])", "A B"), ("extension A {}", "A"), ("struct A: B {}", "B"), ("\"A \\(B.c)\"", "B"),
        ("// A\n\"B\"", ""),
        ("#\"\\#(A(\"B\"))\"#", "A"),
    ])
    func namesAreFound(source: String, names: String) {
        #expect(TypeNames(source, module: "M").named.sorted().joined(separator: " ") == names)
    }

    @Test(arguments: [
        (["One/a.swift": "struct A {}", "Two/b.swift": "let a: A"], ["Two -> One: A"]),
        (["One/a.swift": "struct A {}", "One/b.swift": "let a: A"], []),
        (["One/a.swift": "struct A {}", "b.swift": "let a: A"], [". -> One: A"]),
        (["a.swift": "struct A {}", "One/Deep/b.swift": "let a: A"], ["One -> .: A"]),
        (["One/a.swift": "private struct A {}", "Two/b.swift": "let a: A"], []),
        // A nested type of the file's own hides one of the same name.
        (["One/a.swift": "struct A {}", "Two/b.swift": "struct B { enum A {}; let a: A }"], []),
        (["One/a.swift": "extension A { struct B {} }", "Two/b.swift": "let b: A.B"], ["Two -> One: A.B"]),
        (
            ["One/a.swift": "struct A {}", "Two/b.swift": "struct A {}", "Three/c.swift": "let a: A"],
            ["Three -> One: A", "Three -> Two: A"]
        ),
    ])
    func arrowsAreFound(files: [String: String], arrows: [String]) {
        let found = FolderArrows(files, target: "M").arrows
        #expect(found.map { "\($0.from) -> \($0.to): \($0.type)" } == arrows)
    }

    @Test(arguments: [
        ("A>B", nil), ("A>A", "A"), ("A>B B>C C>A", "A B C"), ("A>B A>C B>D C>D", nil), ("A>B B>C C>B", "B C"),
    ])
    func cyclesAreFound(arrows: String, cycle: String?) {
        var table = FolderTable(allowed: [:])
        for arrow in arrows.split(separator: " ") {
            let ends = arrow.split(separator: ">").map(String.init)
            table.allowed[ends[0], default: []].insert(ends[1])
        }
        #expect(table.cycle?.joined(separator: " ") == cycle)
    }
}
