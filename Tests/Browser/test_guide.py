"""The page that the product was asked for with, sentence by sentence: by mouse, by keyboard, on a phone, in the dark and
without scripts."""

import re

import pytest

from host import Host
from person import Person


def test_the_screen_is_at_settings_api_access(person):
    assert person.page.url.endswith("/settings/api-access")
    assert person.page.get_by_role("heading", name="API keys", exact=True).is_visible()


@pytest.fixture
def free_host():
    host = Host("plans:\n  standard:\n    apiAccess: true\n  free:\n    apiAccess: false\n    upgradeURL: https://example.com/plans\n")
    host.create("prod-main-app")
    host.keyward("workspace", "set-plan", "default", "free", "--yes")
    yield host
    host.close()


def test_a_plan_without_api_access_shows_upgrade_required(free_host, new_page, way):
    person = Person(new_page(way), free_host.screen(), way.by_keyboard)
    assert person.page.get_by_role("heading", name="Upgrade required").is_visible()
    assert person.row("prod-main-app").is_visible()
    assert person.link("Create new API key").count() == 0


def test_create_a_key_with_an_expiry_date_copy_it_and_use_it(host, person, way):
    assert "There are no API keys yet" in person.words()
    person.press(person.link("Create new API key"))
    person.type(person.field("Name"), "prod-main-app")
    person.enter_date(person.field("Expiry date (optional)"), 2099, 12, 31)
    person.type(person.field("Technical owner"), "Platform team")
    person.press(person.button("Create API Key"))
    secret = person.secret
    assert re.fullmatch(r"kw_[0-9A-Za-z]{8}_[0-9A-Za-z]{36}", secret)
    assert "It is shown only now." in person.words()
    assert "share it only with the technical owner who needs it" in person.words()
    assert person.button("Copy").is_visible() == way.has_script
    assert host.answer(secret) == "valid"
    person.press(person.link("I have stored the key"))
    assert "Platform team" in person.words() and secret not in person.page.content()
    assert "at the end of 31 Dec 2099" in person.words()


def test_the_page_suggests_names(person, way):
    person.press(person.link("Create new API key"))
    for name in ["prod-main-app", "staging-api", "crm-integration"]:
        assert name in person.words()
    assert "Do not use personal names or customer data." in person.words()
    if way.has_script:
        person.type(person.field("Name"), "anna@example.com")
        assert person.page.get_by_text("This looks like an address.").is_visible()
        person.type(person.field("Name"), "Staging")
        assert person.page.get_by_text("Use lower-case letters.").is_visible()
        person.type(person.field("Name"), "staging-api")
        assert person.page.locator("#name-check").inner_text() == ""


def test_a_refused_name_is_marked_beside_its_field(person):
    person.press(person.link("Create new API key"))
    person.type(person.field("Name"), "Bad Name")
    person.press(person.button("Create API Key"))
    field = person.page.locator("#name")
    assert field.get_attribute("aria-invalid") == "true" and field.input_value() == "Bad Name"
    assert person.page.locator("#name-fault").is_visible()
    person.type(field, "staging-api")
    person.press(person.button("Create API Key"))
    assert person.secret.startswith("kw_")


def test_the_table_has_the_seven_columns(host, person, way):
    secret = host.create("prod-main-app", "--expires", "90d")
    host.answer(secret)
    host.create("staging-api")
    person.open()
    heads = person.page.locator("thead th").all_inner_texts()
    assert [head.strip(" ↓↑") for head in heads] == [
        "Name", "Prefix", "Usage count", "Last used", "Expiry", "Status", "Actions",
    ]
    words = " ".join(person.row("prod-main-app").inner_text().split())
    prefix = secret.rsplit("_", 1)[0]
    for word in ["prod-main-app", prefix, "1", "by root", "in 90 days", "active", "Rotate", "Revoke"]:
        assert word in words, words
    assert secret not in person.page.content()


def test_rotate_with_the_whole_handoff(host, person, way):
    old = host.create("prod-main-app", "--owner", "Platform team", "--owner-contact", "#platform")
    host.answer(old)
    person.open_key("prod-main-app")
    person.press(person.link("Rotate"))
    # Do not rotate production keys without coordinating.
    person.press(person.button("Rotate key"))
    assert "Has the owner (Platform team) been told?" in person.words()
    person.tick(person.field("I have told the technical owner, Platform team, about this rotation."))
    person.press(person.button("Rotate key"))
    new = person.secret
    assert host.answer(old) == "valid"
    assert "Ask the technical owner, Platform team (#platform), to confirm" in person.words()
    person.press(person.link("I have stored the key"))
    assert "The new key has not been used yet." in person.words()
    assert host.answer(new) == "valid"
    if way.has_script:
        # The page sees it by itself.
        person.page.get_by_text("The new key was first used").wait_for()
    else:
        person.page.reload()
    assert "The new key was first used" in person.words()
    person.press(person.link("Confirm the rotation"))
    person.press(person.button("Stop the old key now"))
    assert "Rotation complete. The old key no longer works." in person.words()
    assert host.answer(old) == "superseded" and host.answer(new) == "valid"


def test_a_rotation_is_cancelled_before_the_first_use(host, person):
    old = host.create("staging-api")
    new = host.keyward("rotate", "staging-api")
    person.open()
    person.press(person.page.get_by_role("link", name="Cancel staging-api").first)
    person.press(person.button("Cancel the rotation"))
    assert "Rotation cancelled." in person.words()
    assert host.answer(new) == "revoked" and host.answer(old) == "valid"


def test_revoke_after_the_three_questions(host, person):
    secret = host.create("crm-integration", "--owner", "Sales ops")
    host.answer(secret)
    person.open()
    person.press(person.page.get_by_role("link", name="Revoke crm-integration"))
    for question in [
        "Is the key no longer needed?", "Is any replacement already in use?", "Does the technical owner agree?",
    ]:
        assert person.page.get_by_role("heading", name=question).is_visible()
    assert "1 time in the last 24 hours" in person.words() and "Sales ops" in person.words()
    assert "Revocation cannot be undone for this key." in person.words()
    person.choose(person.field("Reason"), "The owner has left")
    person.press(person.button("Revoke key"))
    assert "The key was not revoked." in person.words() and host.answer(secret) == "valid"
    person.tick(person.field("The key is in use. Revoke it anyway."))
    person.press(person.button("Revoke key"))
    assert "Revoked crm-integration" in person.words() and "the owner has left" in person.words()
    assert host.answer(secret) == "revoked"


def test_usage_and_status_are_shown(host, person):
    secret = host.create("prod-main-app")
    for _ in range(3):
        host.answer(secret)
    person.open_key("prod-main-app")
    assert "3 valid uses in the last 30 days" in person.words() and "active" in person.words()
    assert person.page.get_by_role("img", name="3 valid uses in the last 30 days").is_visible()
    person.toggle(person.page.get_by_text("Numbers by day"))
    assert person.page.locator("figure table td").first.inner_text() == "3"


def test_the_checklist_is_there(host, person):
    person.toggle(person.page.get_by_text("Checklist for API keys"))
    for item in [
        "Create keys only when there is a clear business need.", "Use purpose-based names.",
        "Copy and store new keys immediately.", "Share keys only through approved secure channels.",
        "Rotate keys with coordination.", "Revoke unused or stale keys promptly.",
    ]:
        assert person.page.get_by_text(item).is_visible()


def test_several_workspaces_have_a_switcher(host, person):
    host.keyward("workspace", "create", "acme")
    host.create("crm-integration", "--workspace", "acme")
    person.open()
    person.choose(person.page.get_by_label("Workspace"), "acme")
    person.press(person.button("Switch"))
    assert person.row("crm-integration").is_visible()


def test_keys_are_searched_and_filtered(host, person):
    host.create("prod-main-app", "--owner", "Platform team")
    host.create("staging-api")
    person.open()
    person.type(person.page.get_by_role("searchbox"), "platform")
    person.press(person.button("Filter"))
    assert person.row("prod-main-app").is_visible() and person.row("staging-api").count() == 0
    person.press(person.link("Clear"))
    assert person.row("staging-api").is_visible()
