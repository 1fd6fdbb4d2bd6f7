"""Chromium once for all tests; a host, a page and a person for each."""

import dataclasses

import pytest
from playwright.sync_api import sync_playwright

import team
from host import Host
from person import Person


@dataclasses.dataclass(frozen=True)
class Way:
    """How a person uses the screen."""

    name: str
    width: int
    scheme: str
    by_keyboard: bool = False
    has_script: bool = True


WAYS = [
    Way("mouse-wide-light", 1440, "light"),
    Way("keyboard-wide-dark", 1440, "dark", by_keyboard=True),
    Way("mouse-phone-dark", 360, "dark"),
    Way("keyboard-phone-light", 360, "light", by_keyboard=True),
    Way("mouse-wide-no-script", 1440, "light", has_script=False),
]


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        # Chromium's own sandbox needs more than a container grants, and every page here is the screen's.
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", f"--host-resolver-rules=MAP {team.NAME}:443 127.0.0.1:{team.PORT}"])
        yield browser
        browser.close()


@pytest.fixture
def host():
    host = Host()
    yield host
    host.close()


@pytest.fixture
def new_page(chromium):
    """Makes pages. A test fails if one has an error of a script or of the policy, or shows a dialog."""
    contexts, faults = [], []

    def make(way=WAYS[0], **options):
        context = chromium.new_context(
            viewport={"width": way.width, "height": 900}, color_scheme=way.scheme,
            java_script_enabled=way.has_script, locale="en-US", **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        # A refused form is an answer with a status of its own, which Chromium reports as well.
        page.on(
            "console",
            lambda message: faults.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None,
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(params=WAYS, ids=lambda way: way.name)
def way(request):
    return request.param


@pytest.fixture
def person(host, new_page, way):
    return Person(new_page(way), host.screen(), way.by_keyboard)


@pytest.fixture
def visitor(host, new_page):
    """A person with a mouse, a wide window and scripts."""
    return Person(new_page(permissions=["clipboard-read", "clipboard-write"]), host.screen())
