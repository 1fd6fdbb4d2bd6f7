"""What a page does beyond its content: copying, live rows, repeated forms, faults, and access for everybody."""

import re
import signal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from conftest import WAYS
from person import Person

WIDE, PHONE = WAYS[0], WAYS[2]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def every_page(host, person):
    """Opens each page, and yields its name."""
    yield "no keys"
    secret = host.create("prod-main-app", "--owner", "Platform team", "--expires", "10d")
    host.answer(secret)
    host.create(
        "staging-api", "--limit", "requests=100/90s", "--limit", "exports=5/1d:named", "--credits", "8120", "--refill",
        "10000/month")
    new = host.keyward("rotate", "prod-main-app", "--yes")
    host.answer(new)
    person.open()
    yield "table"
    person.open("?search=nothing")
    yield "nothing found"
    person.open("/new?workspace=default")
    yield "create"
    person.type(person.field("Name"), "prod-main-app")
    person.press(person.button("Create API Key"))
    yield "name taken"
    person.type(person.field("Name"), "crm-integration")
    person.press(person.button("Create API Key"))
    yield "secret"
    for action in ["", "/rotate", "/limits", "/revoke", "/disable", "/trail"]:
        person.open_key("staging-api")
        person.page.goto(person.page.url + action)
        yield f"key{action}"
    person.open()
    person.page.get_by_role("link", name="Confirm prod-main-app").first.click()
    yield "confirm"
    person.page.goto(person.page.url.removesuffix("/confirm"))
    yield "rotation"
    person.open("/sweeps")
    yield "sweeps"
    person.open("/nowhere")
    yield "not found"


@pytest.mark.parametrize("way", WAYS[:4], ids=lambda way: way.name)
def test_every_page_is_accessible_and_fits(host, new_page, way):
    person = Person(new_page(way), host.screen())
    faults = []
    for name in every_page(host, person):
        results = Axe().run(person.page, options=RULES).response
        assert len(results["passes"]) > 10
        faults += [
            f"{name}: {violation['id']}: {node['html'][:160]}"
            for violation in results["violations"] for node in violation["nodes"]
        ]
        width = person.page.evaluate("document.documentElement.scrollWidth")
        if width > way.width:
            faults.append(f"{name}: {width} pixels wide")
    assert faults == []


def test_copy_says_copied_only_when_it_was(host, visitor):
    visitor.open("/new?workspace=default")
    visitor.type(visitor.field("Name"), "staging-api")
    visitor.press(visitor.button("Create API Key"))
    visitor.button("Copy").click()
    visitor.page.get_by_text("Copied.").wait_for()
    assert visitor.page.evaluate("navigator.clipboard.readText()") == visitor.secret


def test_copy_without_the_permission_selects_the_key_and_says_so(host, new_page):
    person = Person(new_page(permissions=[]), host.screen())
    person.open("/new?workspace=default")
    person.type(person.field("Name"), "staging-api")
    person.press(person.button("Create API Key"))
    # As a browser does that refuses.
    person.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')) }")
    person.button("Copy").click()
    person.page.get_by_text("The browser did not copy it.").wait_for()
    assert "Copied." not in person.words()
    assert person.page.evaluate("getSelection().toString() || document.activeElement.value") == person.secret


@pytest.mark.parametrize("way", [WIDE, PHONE], ids=lambda way: way.name)
def test_the_whole_key_is_seen_also_on_a_phone(host, new_page, way):
    host.keyward("workspace", "create", "acme", "--tag", "abcdefghijkl")
    person = Person(new_page(way), host.screen())
    for workspace in ["default", "acme"]:
        person.open("/new?workspace=" + workspace)
        person.type(person.field("Name"), "staging-api")
        person.press(person.button("Create API Key"))
        field = person.page.locator("#secret")
        assert field.evaluate("field => field.scrollWidth <= field.clientWidth")
        assert field.evaluate("field => field.scrollHeight <= field.clientHeight")
        # Nothing but the key, in one piece.
        assert re.fullmatch(r"[a-z]+_[0-9A-Za-z]{8}_[0-9A-Za-z]{36}", person.secret)


def test_the_secret_is_on_one_page_only(host, visitor):
    visitor.open("/new?workspace=default")
    visitor.type(visitor.field("Name"), "staging-api")
    visitor.press(visitor.button("Create API Key"))
    secret = visitor.secret
    assert visitor.page.content().count(secret) == 1 and secret not in visitor.page.url
    stored = visitor.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert stored == "[{},{},\"\"]"
    visitor.link("I have stored the key").click()
    # Chromium shows a page of its own for an answer that it would have to ask for again.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        visitor.page.go_back()
    assert len(host.keyward("list").splitlines()) == 1


def test_reloading_the_page_with_the_secret_makes_no_second_key(host, visitor):
    visitor.open("/new?workspace=default")
    visitor.type(visitor.field("Name"), "staging-api")
    visitor.press(visitor.button("Create API Key"))
    secret = visitor.secret
    visitor.page.reload()
    assert "No second key was created." in visitor.words() and secret not in visitor.page.content()
    assert len(host.keyward("list").splitlines()) == 1


def test_a_double_click_creates_one_key_and_shows_it(host, visitor):
    visitor.open("/new?workspace=default")
    visitor.type(visitor.field("Name"), "staging-api")
    visitor.button("Create API Key").dblclick()
    visitor.page.locator("#secret").wait_for()
    assert host.answer(visitor.secret) == "valid"
    assert len(host.keyward("list").splitlines()) == 1


def test_rows_are_live(host, visitor):
    secret = host.create("prod-main-app")
    visitor.open()
    link = visitor.page.locator("tbody a").first
    link.focus()
    host.answer(secret)
    visitor.row("prod-main-app").get_by_text("active").wait_for()
    assert link.evaluate("element => element === document.activeElement")
    host.create("staging-api")
    visitor.row("staging-api").wait_for()
    host.keyward("revoke", "staging-api", "--yes")
    visitor.row("staging-api").wait_for(state="detached")
    assert "The list has changed" in visitor.page.locator("#live").inner_text()


def test_a_page_says_when_its_screen_has_ended(host, visitor):
    host.create("prod-main-app")
    visitor.open()
    host.screens[0].send_signal(signal.SIGTERM)
    visitor.page.get_by_text("No connection since").wait_for()
    assert visitor.row("prod-main-app").is_visible()


def test_without_the_daemon_the_page_says_so_and_comes_back_by_itself(host, visitor):
    host.create("prod-main-app")
    host.stop()
    visitor.open()
    assert "Keyward cannot be reached" in visitor.words() and "Start the daemon" in visitor.words()
    host.start()
    visitor.row("prod-main-app").wait_for()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\"\u0301 onfocus=alert(1) autofocus x=\"", "<img src=x onerror=alert(1)>"]
)
def test_markup_that_was_entered_does_nothing(host, visitor, text):
    visitor.open("/new?workspace=default")
    visitor.type(visitor.field("Name"), "Bad Name")
    visitor.type(visitor.field("Technical owner"), text)
    visitor.type(visitor.field("Purpose"), text)
    visitor.press(visitor.button("Create API Key"))
    assert visitor.page.locator("#owner").input_value() == text
    visitor.type(visitor.field("Name"), "staging-api")
    visitor.press(visitor.button("Create API Key"))
    visitor.open_key("staging-api")
    assert text in visitor.page.locator("body").inner_text()


def test_a_link_works_once_and_not_in_another_browser(host, new_page):
    link = host.screen()
    Person(new_page(), link)
    other = new_page()
    other.goto(link)
    assert "This link has ended" in other.inner_text("body")
    other.goto(link.split("/open?")[0])
    assert "Open the screen from a terminal" in other.inner_text("body")


def test_a_page_of_another_origin_cannot_send_a_form(host, visitor):
    host.create("staging-api")
    visitor.open_key("staging-api")
    target = visitor.page.url + "/revoke"
    other = visitor.page.context.new_page()
    other.route("http://other.localhost/", lambda route: route.fulfill(
        content_type="text/html", body=f'<form method="post" action="{target}"><button>Go</button></form>'))
    other.goto("http://other.localhost/")
    other.click("button")
    other.wait_for_load_state()
    assert "did not come from a page of this screen" in other.inner_text("body")
    assert "staging-api" in host.keyward("list")


def test_a_read_only_screen_changes_nothing(host, new_page):
    host.create("staging-api")
    person = Person(new_page(), host.screen("--read-only"))
    assert "read only" in person.words() and person.link("Create new API key").count() == 0
    person.open("/new")
    assert "The screen is read only" in person.words()
