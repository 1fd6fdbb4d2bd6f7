import Testing

struct SwiftCodeTests {
    @Test(arguments: [
        ("a // b { c\nd", "a         \nd"),
        ("a /* { /* } */ b */ c", "a                   c"),
        ("a(\"{\") }", "a(   ) }"),
        ("a(\"\\\"{\") }", "a(     ) }"),
        ("a(\"\\(f(\"}\", { 1 }))\") }", "a(                  ) }"),
        ("a(#\"\"{\"#) }", "a(      ) }"),
        ("a(#\"\\#(b(\")\"))\"#) }", "a(              ) }"),
        ("a(\"\"\"\n { \" }\n\"\"\") }", "a(   \n      \n   ) }"),
        ("\"// not a comment\" b", "                   b"),
        ("#if x\n{", "#if x\n{"),
        ("\"open\n}", "     \n}"),
    ])
    func commentsAndStringsBecomeSpaces(source: String, code: String) {
        #expect(String(SwiftCode(source).characters) == code)
    }

    @Test(arguments: [
        ("a(\"{\\(f(\"}\", { 1 }))}\") }", "a(    f(   , { 1 })   ) }"),
        ("#\"\\#(a) \\(b)\"#", "     a        "),
    ])
    func interpolationsCanBeKept(source: String, code: String) {
        #expect(String(SwiftCode(source, keepsInterpolations: true).characters) == code)
    }

    @Test(arguments: [
        ("sleep(1)", "sleep", 1), ("asleep(1); sleeper()", "sleep", 0), ("Task.sleep(for: x)", "sleep", 1),
        ("Task { }", "Task {", 1), ("MyTask { }", "Task {", 0), ("try! x; try!y", "try!", 2),
        ("// sleep\n\"sleep\"", "sleep", 0), ("Date() + x.Date()", "Date()", 2), ("CivilDate()", "Date()", 0),
    ])
    func wordsAreFoundInCodeOnly(source: String, word: String, count: Int) {
        #expect(SwiftCode(source).places(of: word).count == count)
    }

    @Test func bodiesAreMeasuredBetweenTheirBraces() {
        let source = """
            protocol P {
                func none() -> Int
                init(a: Int)
                subscript(i: Int) -> Int { get }
            }
            struct S {
                func empty() {}
                func one(_ f: () -> Void = { }) {
                    f()
                }
                init<T>(
                    _ t: T
                ) where T: Hashable {
                    let text = "}"
                    // }
                    self.init(text: text)
                }
                func nested() {
                    func inner() {
                        1
                    }
                    inner()
                }
            }
            """
        #expect(
            SwiftCode(source).functionBodies == [
                FunctionBody(line: 4, length: 0), FunctionBody(line: 7, length: 0), FunctionBody(line: 8, length: 1),
                FunctionBody(line: 11, length: 3), FunctionBody(line: 18, length: 4), FunctionBody(line: 19, length: 1),
            ])
    }

    @Test func aBodyThatIsTooLongIsSeen() {
        let long = "func f() {\n" + String(repeating: "x()\n", count: 61) + "}"
        #expect(SwiftCode(long).functionBodies == [FunctionBody(line: 1, length: 61)])
    }
}
