"""Each proxy with each kind of request. The configurations are those of Examples/gateway."""

import pytest

IDENTITY = [
    "x-keyward-verified", "x-keyward-key-id", "x-keyward-name", "x-keyward-workspace", "x-keyward-owner",
    "x-keyward-scopes", "x-keyward-expires-at", "x-keyward-warnings",
]


def expect_identity(answer, name, owner, scopes):
    assert answer.status == 200, answer
    assert answer.seen("x-keyward-verified") == ["yes"]
    assert answer.seen("x-keyward-name") == [name]
    assert answer.seen("x-keyward-owner") == [owner]
    assert answer.seen("x-keyward-scopes") == [scopes]
    assert answer.seen("x-keyward-workspace") == ["default"]
    assert answer.seen("x-keyward-key-id")[0].startswith("key_")


def test_a_valid_key_reaches_the_service_with_its_facts_and_without_the_key(front, daemon):
    answer = front.client.send("/orders/7?page=2", key=daemon.keys["orders"])
    expect_identity(answer, "prod-shop", "Platform%20team", "orders:read")
    assert answer.received["target"] == "/orders/7?page=2"
    assert daemon.keys["orders"] not in str(answer.received)
    other = front.client.send("/reports", headers=[("X-API-Key", daemon.keys["other"])])
    expect_identity(other, "crm-integration", "Sales%20ops", "-")


@pytest.mark.parametrize("key", ["wrong", "revoked", "expired", "foreign"])
def test_a_key_that_is_not_valid_is_refused_with_a_challenge(front, daemon, key):
    answer = front.client.send("/reports", key=daemon.keys[key])
    assert answer.status == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_without_a_key_a_request_is_refused_with_a_challenge(front):
    answer = front.client.send("/reports")
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="shop"'


def test_two_keys_are_refused(front, daemon):
    answer = front.client.send("/reports", key=daemon.keys["orders"], headers=[("X-API-Key", daemon.keys["other"])])
    assert answer.status == 401
    lines = [("Authorization", f"Bearer {daemon.keys[name]}") for name in ("orders", "other")]
    # Some proxies refuse such a request themselves.
    assert front.client.send("/reports", headers=lines).status in (400, 401)


@pytest.mark.parametrize(("path", "method"), [("/orders", "POST"), ("/orders", "DELETE"), ("/unknown", "GET")])
def test_a_key_without_the_scope_and_a_path_without_a_rule_are_forbidden(front, daemon, path, method):
    assert front.client.send(path, method, key=daemon.keys["orders"]).status == 403


@pytest.mark.parametrize("spelling", ["{}", "upper", "underscore"])
def test_identity_headers_of_a_client_never_reach_the_service(front, daemon, spelling):
    names = [*IDENTITY, "x-keyward-status"]
    if spelling == "upper":
        names = [name.upper() for name in names]
    if spelling == "underscore":
        names = [name.replace("-", "_") for name in names]
    forged = [(name, "forged") for name in names]
    answer = front.client.send("/reports", key=daemon.keys["other"], headers=forged)
    # Envoy's and nginx's configurations may also refuse the request.
    if answer.status == 400:
        return
    expect_identity(answer, "crm-integration", "Sales%20ops", "-")
    assert "forged" not in str(answer.received)


@pytest.mark.parametrize("path", [
    "/reports/../orders", "/reports/%2e%2e/orders", "/reports/..%2forders", "/reports//x", "/reports/%5c..%5corders",
    "/reports;x/../orders", "/reports/x;y", "/reports/%252e%252e/orders", "/reports/%00", "/reports/%ff",
    "/reports/.", "//orders", "/./orders",
])
def test_an_unusual_path_never_reaches_the_service(front, daemon, path):
    answer = front.client.send(path, key=daemon.keys["other"])
    if answer.status == 200:
        # The proxy made it plain before it asked. The gateway and the service have seen the same.
        target = answer.received["target"]
        assert target.startswith("/reports") and "." not in target and "%" not in target and "//" not in target
    else:
        assert answer.status in (400, 403, 404, 301, 307, 308), answer


def test_a_forged_original_path_is_not_believed(front, daemon):
    forged = [
        ("X-Original-URI", "/reports"), ("X-Original-Method", "GET"), ("X-Forwarded-Uri", "/reports"),
        ("X-Forwarded-Method", "GET"), ("X-Original-URL", "/reports"),
    ]
    answer = front.client.send("/orders", "POST", key=daemon.keys["orders"], headers=forged)
    assert answer.status == 403


def test_a_body_reaches_the_service_and_not_the_gateway(front, daemon):
    inner = f"GET /reports HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {daemon.keys['other']}\r\n\r\n".encode()
    answer = front.client.send("/reports", "POST", key=daemon.keys["other"], body=inner)
    assert answer.status == 200
    assert answer.received["body"] == inner.decode()
    assert front.client.send("/reports", "POST", body=inner).status == 401


def test_a_connection_can_be_upgraded(front, daemon):
    status, line = front.client.upgrade("/reports/live", daemon.keys["other"], b"hello\n")
    assert (status, line) == (101, b"crm-integration hello\n")
    assert front.client.upgrade("/reports/live", None, b"hello\n")[0] == 401


def test_a_head_request_is_verified_as_one(front, daemon):
    assert front.client.send("/orders", "HEAD", key=daemon.keys["orders"]).status == 200
    assert front.client.send("/orders", "HEAD").status == 401


def test_a_plan_without_access_is_payment_required(front, daemon):
    daemon.keyward("workspace", "set-plan", "default", "free", "--yes")
    try:
        assert front.client.send("/reports", key=daemon.keys["other"]).status == 402
    finally:
        daemon.keyward("workspace", "set-plan", "default", "standard", "--yes")


def test_a_limited_key_passes_until_its_limit_and_is_then_told_when_to_come_back(front, daemon):
    key = daemon.create(f"limited-{front.program}", "--limit", "requests=1/31d")
    first = front.client.send("/reports", key=key)
    expect_identity(first, f"limited-{front.program}", "-", "-")
    assert "retry-after" not in first.headers
    if front.kind in ("nginx", "envoy"):
        assert first.headers["ratelimit-policy"] == '"requests";q=1'
        assert first.headers["ratelimit"].startswith('"requests";r=0;t=')
    second = front.client.send("/reports", key=key)
    assert second.status == 429 and int(second.headers["retry-after"]) >= 1
    if front.kind != "apache":
        assert second.headers["ratelimit"].startswith('"requests";r=0;t=')
        assert second.headers["ratelimit-policy"] == '"requests";q=1'


def test_a_request_that_costs_more_than_the_limit_is_not_told_to_come_back(front, daemon):
    key = daemon.create(f"small-{front.program}", "--limit", "requests=4/31d")
    answer = front.client.send("/exports", key=key)
    assert answer.status == 429 and "retry-after" not in answer.headers
    assert front.client.send("/reports", key=key).status == 200


def test_a_rule_spends_of_the_limit_that_it_names(front, daemon):
    key = daemon.create(f"exporter-{front.program}", "--limit", "exports=1/31d:named")
    assert [front.client.send("/exports", key=key).status for _ in range(2)] == [200, 429]
    answer = front.client.send("/reports", key=key)
    assert answer.status == 200 and "ratelimit" not in answer.headers


def test_without_credits_payment_is_required(front, daemon):
    key = daemon.create(f"prepaid-{front.program}", "--credits", "6")
    assert [front.client.send(path, key=key).status for path in ("/reports", "/exports")] == [200, 200]
    answer = front.client.send("/reports", key=key)
    assert answer.status == 402 and "retry-after" not in answer.headers


def test_without_the_daemon_nothing_passes_and_after_its_restart_keys_do(front, daemon):
    daemon.stop()
    try:
        answer = front.client.send("/reports", key=daemon.keys["other"])
        assert answer.status == 503
    finally:
        daemon.start()
    assert front.client.send("/reports", key=daemon.keys["other"]).status == 200


def test_without_the_gateway_nothing_passes(front, daemon):
    front.gateway.stop()
    try:
        assert front.client.send("/reports", key=daemon.keys["other"]).status >= 400
    finally:
        front.gateway.start()
    # The first request may find the ended connection.
    statuses = [front.client.send("/reports", key=daemon.keys["other"]).status for _ in range(4)]
    assert statuses[-1] == 200, statuses
