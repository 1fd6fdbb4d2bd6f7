"""A person at the screen, who uses the mouse or the keyboard alone."""

import re


class Person:
    def __init__(self, page, link, by_keyboard=False):
        self.page = page
        self.base = link.split("/open?")[0]
        self.by_keyboard = by_keyboard
        page.goto(link)
        self.press(page.get_by_role("button", name="Open"))
        page.wait_for_url(self.base)

    def press(self, target):
        """Follows a link or presses a button that leads to a page."""
        with self.page.expect_navigation():
            self.toggle(target)

    def toggle(self, target):
        """Opens or closes a part of the page."""
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def tick(self, target):
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.press("Space")
        else:
            target.check()

    def type(self, target, text):
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        else:
            target.fill(text)

    def enter_date(self, target, year, month, day):
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.type(f"{month:02}{day:02}{year}")
        else:
            target.fill(f"{year}-{month:02}-{day:02}")

    def choose(self, target, label):
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.type(label)
        else:
            target.select_option(label=label)

    def reach(self, target):
        """Presses Tab until the target has the focus, which must be visible there."""
        for _ in range(80):
            if target.evaluate("element => element === document.activeElement"):
                style = target.evaluate("element => getComputedStyle(element).outlineStyle")
                assert style != "none", f"no visible focus on {target}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")

    def open(self, path=""):
        self.page.goto(self.base + path)

    def open_key(self, name):
        self.open()
        self.press(self.row(name).get_by_role("link", name=name, exact=True))

    def row(self, name):
        return self.page.get_by_role("row").filter(has_text=re.compile(rf"\b{re.escape(name)}\b"))

    def words(self):
        """The text of the page, with single spaces."""
        return " ".join(self.page.locator("body").inner_text().split())

    def link(self, name):
        return self.page.get_by_role("link", name=name, exact=True)

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def field(self, name):
        return self.page.get_by_label(name)

    @property
    def secret(self):
        return self.page.locator("#secret").input_value()
