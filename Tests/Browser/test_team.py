"""The screen for a team, behind nginx with passwords: from the login to the revoked key, and what must not work."""

import os
import pwd
import re
import urllib.parse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from conftest import WAYS
from team import BASE, CLIENTS, NAME, PROXIES, WEB_SERVER, Member, Team
from test_behaviour import RULES

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="accounts and nginx's workers need root")


@pytest.fixture
def team():
    team = Team(anna="admin", vic="viewer", olga=None)
    yield team
    team.close()


@pytest.fixture
def browse(team, new_page):
    """Makes the pages of people who type their password at nginx, or none."""

    def make(name, way=WAYS[0], password=None, **options):
        login = {"username": name, "password": password or team.passwords[name]} if name else None
        return new_page(way, ignore_https_errors=True, http_credentials=login, **options)

    return make


def key_path(page):
    return re.search(r"/keys/key_\w+", page.content()).group()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_from_the_login_to_the_revoked_key(team, browse, way):
    page = browse("anna", way, permissions=["clipboard-read", "clipboard-write"])
    anna = Member(page, way.by_keyboard)
    assert page.url == BASE and "Signed in as anna" in anna.words() or way.width == 360
    assert "There are no API keys yet" in anna.words()

    anna.press(anna.link("Create new API key"))
    anna.type(anna.field("Name"), "prod-main-app")
    anna.type(anna.field("Technical owner"), "Platform team")
    anna.press(anna.button("Create API Key"))
    secret = anna.secret
    if way.has_script:
        anna.toggle(anna.button("Copy"))
        page.get_by_text("Copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == secret
    assert team.answer(secret) == "valid"
    page.reload()
    assert "No second key was created." in anna.words() and secret not in page.content()

    anna.open_key("prod-main-app")
    assert f"by {team.account('anna')}" in anna.words()
    anna.press(anna.link("Rotate"))
    anna.tick(anna.field("I have told the technical owner, Platform team, about this rotation."))
    anna.press(anna.button("Rotate key"))
    new = anna.secret
    anna.press(anna.link("I have stored the key"))
    assert team.answer(new) == "valid"
    if way.has_script:
        page.get_by_text("The new key was first used").wait_for()
    else:
        page.reload()
    anna.press(anna.link("Confirm the rotation"))
    anna.press(anna.button("Stop the old key now"))
    assert team.answer(secret) == "superseded" and team.answer(new) == "valid"

    anna.press(anna.link("Revoke"))
    anna.tick(anna.field("The key is in use. Revoke it anyway."))
    anna.press(anna.button("Revoke key"))
    assert "The next verification is refused." in anna.words() and team.answer(new) == "revoked"
    assert secret not in team.logs() and new not in team.logs() and "GET /settings/api-access" in team.logs()


def test_going_back_after_the_secret_shows_no_secret(team, browse):
    anna = Member(browse("anna"))
    anna.open("/new?workspace=default")
    anna.type(anna.field("Name"), "staging-api")
    anna.press(anna.button("Create API Key"))
    secret = anna.secret
    anna.press(anna.link("I have stored the key"))
    # Chromium asks for the answer again, or shows a page of its own in place of it.
    try:
        anna.page.go_back()
        assert "No second key was created." in anna.words()
    except Error as error:
        assert "ERR_CACHE_MISS" in str(error)
    assert secret not in anna.page.content()
    stored = anna.page.context.storage_state()
    assert secret not in str(stored) and stored["origins"] == []
    assert len(team.keyward("list").splitlines()) == 1


def test_the_cookie_is_for_this_host_only_and_hidden_from_scripts(team, browse):
    page = browse("anna")
    anna = Member(page)
    [cookie] = page.context.cookies()
    assert cookie["name"] == "__Host-keyward" and cookie["domain"] == NAME and cookie["path"] == "/"
    assert cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["expires"] == -1
    assert page.evaluate("document.cookie") == ""
    anna.open()
    assert page.context.cookies() == [cookie]


@pytest.mark.parametrize("login", [None, ("anna", "wrong"), ("mallory", None), ("ANNA", "pass-of-anna")])
def test_without_the_password_or_a_screen_nothing_is_served(team, browse, login):
    if login is None:
        page = browse(None)
    else:
        page = browse(login[0], password=login[1])
    try:
        answer = page.goto(BASE)
    except Error as error:
        # Chromium shows no page for 401 without a way to ask the person.
        assert "ERR_INVALID_AUTH_CREDENTIALS" in str(error)
    else:
        assert answer.status == (403 if login == ("mallory", None) else 401)
        assert "API keys" not in page.content()
    assert page.context.cookies() == []


def test_only_nginx_reaches_a_screen(team):
    field = f"X-Keyward-Proxy: {team.proxy_secret}"
    # A program of nginx's account, such as PHP.
    web_server = pwd.getpwnam(WEB_SERVER).pw_uid, [PROXIES]
    assert team.ask(*web_server, "anna") == "HTTP/1.1 403"
    assert team.ask(*web_server, "anna", "X-Keyward-Proxy: " + "0" * 64) == "HTTP/1.1 403"
    assert team.ask(*web_server, "anna", field) == "HTTP/1.1 200"
    for uid in [65534, team.people["vic"], team.people["anna"]]:
        assert team.ask(uid, [CLIENTS], "anna", field) == "Permission denied"


def test_a_page_of_another_origin_cannot_send_a_form(team, browse):
    team.create("staging-api")
    anna = Member(browse("anna"))
    anna.open_key("staging-api")
    target = anna.page.url + "/revoke"
    path = urllib.parse.urlsplit(target).path
    anna.page.goto(target)
    token = anna.page.locator("[name=token]").get_attribute("value")
    other = anna.page.context.new_page()
    form = f'<form method="post" action="{target}"><input name="token" value="{token}"><button>Go</button></form>'
    other.route("https://evil.example/", lambda route: route.fulfill(content_type="text/html", body=form))
    other.goto("https://evil.example/")
    other.click("button")
    other.wait_for_load_state()
    assert "did not come from a page of this screen" in other.inner_text("body")
    # A program that has the cookie, the password and the token, with whatever origin.
    [cookie] = anna.page.context.cookies()
    values = f"{cookie['name']}={cookie['value']}", {"token": token, "reason": "unused"}
    for headers in [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {}]:
        assert team.send("anna", "POST", path, *values, headers)[0] == 403, headers
    assert len(team.keyward("list").splitlines()) == 1
    # Its own origin is the only one that counts.
    assert team.send("anna", "POST", path, *values, {"Origin": f"https://{NAME}"})[0] == 303
    assert team.keyward("list") == ""


def test_a_viewer_looks_and_is_told_what_is_missing(team, browse):
    team.create("staging-api")
    vic = Member(browse("vic"))
    assert vic.row("staging-api").is_visible() and vic.link("Create new API key").count() == 0
    key = key_path(vic.page)
    vic.open_key("staging-api")
    assert "You can view this key, not change it." in vic.words() and vic.link("Revoke").count() == 0
    for path in ["/new?workspace=default", *(f"{key}/{action}" for action in ["rotate", "revoke", "disable"])]:
        answer = vic.page.goto(BASE + path)
        assert answer.status == 403 and vic.page.locator("form").count() == 0
        assert f"vic ({team.account('vic')}) can view the keys of the workspace default" in vic.words()
        assert f"Operators can grant it, and the admins of the workspace: anna (user:{team.account('anna')})." in vic.words()
        assert f"keyward member grant user:{team.account('vic')} admin --workspace=default" in vic.words()
    assert Axe().run(vic.page, options=RULES).response["violations"] == []
    # The command is the right one.
    team.keyward("member", "grant", f"user:{team.account('vic')}", "admin", "--workspace=default")
    vic.open(key + "/revoke")
    vic.press(vic.button("Revoke key"))
    assert "Revoked staging-api" in vic.words()


def test_a_role_that_is_taken_away_ends_what_an_open_form_can_do(team, browse):
    anna = Member(browse("anna"))
    anna.open("/new?workspace=default")
    anna.type(anna.field("Name"), "staging-api")
    team.keyward("member", "grant", f"user:{team.account('anna')}", "viewer")
    anna.press(anna.button("Create API Key"))
    assert "Permission denied" in anna.words() and "can read this workspace but not change it" in anna.words()
    assert team.keyward("list") == ""


def test_a_person_without_a_role_is_told_how_to_get_one(team, browse):
    olga = Member(browse("olga"))
    assert "Permission denied" in olga.words() and "is not a member" in olga.words()
    assert f"keyward member grant user:{team.account('olga')} viewer" in olga.words()


def test_a_session_and_its_form_outlive_the_screen(team, browse):
    anna = Member(browse("anna"))
    anna.open("/new?workspace=default")
    anna.type(anna.field("Name"), "staging-api")
    team.end_console("anna")
    team.start_console("anna")
    anna.press(anna.button("Create API Key"))
    assert team.answer(anna.secret) == "valid"


def test_rows_are_live_behind_nginx(team, browse):
    secret = team.create("prod-main-app")
    anna = Member(browse("anna"))
    team.answer(secret)
    anna.row("prod-main-app").get_by_text("active").wait_for()
