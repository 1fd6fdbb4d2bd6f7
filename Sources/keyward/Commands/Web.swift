internal import ArgumentParser

/// `keyward web`
struct Web: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the screen for API keys, and give it to a team.",
        discussion: """
            Without a subcommand it opens the screen for you, in a browser of this machine. For the options run: \
            keyward help web open

            For a team, root adds people. They open the screen at the address of your site.
            """,
        subcommands: [WebOpen.self, WebAdd.self, WebRemove.self, WebList.self], defaultSubcommand: WebOpen.self)
}
