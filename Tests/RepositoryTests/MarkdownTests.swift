import Testing

struct MarkdownTests {
    @Test func linksAreFoundOutsideCode() {
        let text = "[a](b.md) and [c](d.md#e)\n```\n[x](y)\n```\n`[x](y)` [f](#g)"
        #expect(Markdown.links(in: text) == ["b.md", "d.md#e", "#g"])
    }

    @Test(arguments: [
        ("a.md", "docs/x.md", "docs/a.md"), ("../a.md", "docs/x.md", "a.md"), ("./b/a.md", "x.md", "b/a.md"),
        ("../../a.md", "docs/b/x.md", "a.md"),
    ])
    func linksAreRelativeToTheirFile(link: String, file: String, target: String) {
        #expect(Markdown.resolve(link, from: file) == target)
    }

    @Test func headingsMakeAnchors() {
        #expect(Markdown.anchors(in: "# A `b`, c\ntext\n## D-e 2\n") == ["a-b-c", "d-e-2"])
    }

    @Test func makeTargetsAreFoundInCode() {
        let text = "Use `make run` to make sure.\n```\nmake test\nmake    # all\n```\n"
        #expect(Markdown.makeTargets(in: text) == ["run", "test"])
    }
}
