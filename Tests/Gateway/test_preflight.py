"""CORS preflights behind each proxy, for a site that passes them. Apache's example does not send what one needs."""

import pytest

IDENTITY = ["key-id", "name", "workspace", "owner", "scopes", "expires-at", "warnings"]


@pytest.fixture
def preflights(front):
    """The proxy, with a site that passes preflights and has a path that can only be read."""
    text = front.gateway.site.read_text()
    changed = text.replace("rules:\n", "rules:\n  - {path: /stock, methods: [GET]}\n") + "preflight: true\n"
    assert front.gateway.reload(changed).returncode == 0
    yield front
    assert front.gateway.reload(text).returncode == 0


def ask(front, path, *methods, origin="https://shop.example", headers=()):
    """Asks as a browser does before a request with this method."""
    fields = [("Access-Control-Request-Method", method) for method in methods]
    return front.client.send(path, "OPTIONS", headers=[("Origin", origin), *fields, *headers] if origin else fields)


def passes(front):
    return front.kind != "apache"


def test_a_preflight_reaches_the_service_without_a_key_and_as_nobodys(preflights):
    forged = [(f"X-Keyward-{name}", "forged") for name in ["Verified", "Name", "Owner"]]
    answer = ask(preflights, "/orders/7?page=2", "POST", headers=forged)
    if not passes(preflights):
        assert answer.status == 401
        return
    assert answer.status == 200
    assert (answer.received["method"], answer.received["target"]) == ("OPTIONS", "/orders/7?page=2")
    assert answer.seen("x-keyward-verified") == ["no"]
    for name in IDENTITY:
        assert answer.seen(f"x-keyward-{name}") == ["-"]


def test_a_preflight_needs_a_rule_for_the_method_that_it_asks_for(preflights):
    assert ask(preflights, "/stock", "GET").status == (200 if passes(preflights) else 403)
    assert ask(preflights, "/stock", "DELETE").status == 403
    assert ask(preflights, "/unknown", "GET").status == 403


def test_what_is_no_preflight_needs_a_key(preflights):
    assert preflights.client.send("/orders", "OPTIONS").status == 401
    assert ask(preflights, "/orders", "POST", origin=None).status == 401
    assert ask(preflights, "/orders").status == 401
    get = [("Origin", "https://shop.example"), ("Access-Control-Request-Method", "GET")]
    assert preflights.client.send("/orders", headers=get).status == 401
    # A proxy may refuse two lines, or make one of them.
    assert ask(preflights, "/orders", "GET", "POST").status in (400, 401)


def test_a_site_that_does_not_say_so_passes_no_preflight(front):
    assert ask(front, "/orders", "POST").status == 401
