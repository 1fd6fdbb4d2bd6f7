"""A gateway of the installed package: its units, its sandbox, its accounts."""

import json

import pytest

SITE = "proxy: nginx\nrules:\n  - path: /orders\n"
FILE = "/etc/keyward/gateway/shop.yaml"
UNITS = ("keyward-gateway@shop.service", "keyward-gateway@shop.socket", "keyward-gateway-metrics@shop.socket")
SOCKET = "/run/keyward-gateway/shop.sock"
# As a proxy of this account: prints the status of an answer.
ASK = """
import socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
key = sys.stdin.read().strip()
connection.sendall(f"GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\nX-Original-Method: GET\\r\\n"
                   f"X-Original-URI: /orders\\r\\nX-API-Key: {key}\\r\\n\\r\\n".encode())
print(connection.recv(4096).split()[1].decode())
"""


@pytest.fixture
def shop(host):
    """A site, and the account `proxy` that can use its gateway."""
    host.path(FILE).write_text(SITE)
    if host.run("id", "frontier").status != 0:
        host.add_account("frontier", "keyward-proxy")
    host.systemctl("start", *UNITS[1:])
    yield host
    host.run("systemctl", "stop", *UNITS)
    host.run("rm", "-f", FILE)


def ask(host, account, key):
    """The status of the gateway's answer to a proxy of this account; the errors if it cannot connect."""
    outcome = host.run(
        "setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups", "python3", "-c", ASK, SOCKET,
        input=key + "\n")
    return outcome.output.strip() or outcome.errors.splitlines()[-1]


def test_the_units_have_no_fault(shop):
    outcome = shop.run("systemd-analyze", "verify", *UNITS, "keyward-gateway-tcp@shop.service")
    assert (outcome.status, outcome.output, outcome.errors) == (0, "", "")


def test_a_proxy_of_the_group_is_answered_and_other_accounts_are_not(shop):
    secret = shop.create("staging-api")
    assert ask(shop, "frontier", secret) == "200"
    assert ask(shop, "frontier", "nonsense") == "401"
    assert "Permission denied" in ask(shop, "nobby", secret)


def test_the_gateway_runs_as_its_own_account_without_privileges_and_network(shop):
    assert ask(shop, "frontier", shop.create("staging-api")) == "200"
    pid = shop.check("systemctl", "show", "--property=MainPID", "--value", UNITS[0]).strip()
    status = dict(line.split(":\t", 1) for line in shop.path(f"/proc/{pid}/status").read_text().splitlines())
    assert set(status["Uid"].split()) == {shop.check("id", "-u", "keyward-gateway").strip()}
    assert status["CapEff"] == status["CapBnd"] == "0" * 16
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    # The loopback interface of its own network, and no other.
    interfaces = shop.path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]
    assert shop.run("readlink", f"/proc/{pid}/ns/net").output != shop.run("readlink", "/proc/1/ns/net").output


def test_a_site_file_with_an_unknown_member_ends_the_gateway_with_78(shop):
    shop.path(FILE).write_text("proxy: nginx\nlimits: {}\nrules:\n  - path: /\n")
    assert shop.run("systemctl", "start", UNITS[0]).status != 0
    shown = shop.check("systemctl", "show", "--property=ExecMainStatus", "--value", UNITS[0]).strip()
    assert shown == "78"
    log = shop.check("journalctl", "--unit", UNITS[0], "--no-pager", "--output=cat")
    assert "shop.yaml:2:1: unknown member 'limits'" in log


def test_a_reload_puts_a_changed_file_in_force_without_a_restart(shop):
    secret = shop.create("staging-api")
    assert ask(shop, "frontier", secret) == "200"
    gateway = shop.show("MainPID", UNITS[0])
    shop.path(FILE).write_text(SITE.replace("/orders", "/reports"))
    shop.systemctl("reload", UNITS[0])
    # The command ends when the new rules are in force.
    assert ask(shop, "frontier", secret) == "403"
    assert shop.show("MainPID", UNITS[0]) == gateway


def test_a_refused_reload_fails_and_leaves_the_previous_rules_in_force(shop):
    secret = shop.create("staging-api")
    assert ask(shop, "frontier", secret) == "200"
    gateway = shop.show("MainPID", UNITS[0])
    shop.path(FILE).write_text("proxy: nginx\nlimits: {}\nrules:\n  - path: /reports\n")
    assert shop.run("systemctl", "reload", UNITS[0]).status != 0
    log = shop.check("journalctl", "--unit", UNITS[0], "--no-pager", "--output=cat")
    assert "the previous site stays in force: /etc/keyward/gateway/shop.yaml:2:1: unknown member 'limits'" in log
    assert ask(shop, "frontier", secret) == "200"
    assert shop.show("MainPID", UNITS[0]) == gateway and shop.show("ActiveState", UNITS[0]) == "active"
    shop.path(FILE).write_text(SITE)
    shop.systemctl("reload", UNITS[0])


PORT_UNIT = "keyward-gateway-tcp@shop.service"
PORT_SITE = "proxy: traefik\nlisten: 127.0.0.1:9180\nallowUsers: [frontier]\nrules:\n  - path: /orders\n"


@pytest.fixture
def port_shop(host):
    """A site with a port, which the account `frontier` can use."""
    host.path(FILE).write_text(PORT_SITE)
    if host.run("id", "frontier").status != 0:
        host.add_account("frontier", "keyward-proxy")
    host.systemctl("start", PORT_UNIT)
    yield host
    host.run("systemctl", "stop", PORT_UNIT)
    host.run("rm", "-f", FILE)


def curl(host, account, key):
    """The status of an answer at the port to an account, and the number of bytes that came."""
    headers = f"X-Forwarded-Method: GET\nX-Forwarded-Uri: /orders\nAuthorization: Bearer {key}\n"
    outcome = host.run(
        "setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups", "curl", "--silent", "--max-time", "20",
        "--header", "@-", "--output", "/dev/null", "--write-out", "%{http_code} %{size_header} %{size_download}",
        "http://127.0.0.1:9180/", input=headers)
    status, header, body = outcome.output.split()
    return status, int(header) + int(body)


def test_a_port_answers_the_accounts_of_the_site_and_sends_no_byte_to_others(port_shop):
    secret = port_shop.create("staging-api")
    assert curl(port_shop, "frontier", secret)[0] == "200"
    assert curl(port_shop, "frontier", "nonsense")[0] == "401"
    for account in ["nobby", "vera", "root"]:
        assert curl(port_shop, account, secret) == ("000", 0)
    # An account that a reload adds.
    port_shop.path(FILE).write_text(PORT_SITE.replace("[frontier]", "[frontier, nobby]"))
    port_shop.systemctl("reload", PORT_UNIT)
    assert curl(port_shop, "nobby", secret)[0] == "200"
    assert curl(port_shop, "vera", secret) == ("000", 0)
    metrics = port_shop.check(
        "curl", "--silent", "--unix-socket", "/run/keyward-gateway-tcp-shop/metrics.sock", "http://shop/metrics")
    assert '\nkeyward_gateway_connections_refused_total{reason="account"} 4\n' in metrics


def test_the_gateway_on_a_port_runs_without_privileges_and_in_place_of_the_one_on_a_socket(port_shop):
    pid = port_shop.show("MainPID", PORT_UNIT)
    status = dict(line.split(":\t", 1) for line in port_shop.path(f"/proc/{pid}/status").read_text().splitlines())
    assert set(status["Uid"].split()) == {port_shop.check("id", "-u", "keyward-gateway").strip()}
    assert status["CapEff"] == status["CapBnd"] == "0" * 16
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    # A file with 'listen' is no site for a socket.
    assert port_shop.run("systemctl", "start", UNITS[0]).status != 0
    assert port_shop.show("ExecMainStatus", UNITS[0]) == "78"
    assert port_shop.show("ActiveState", PORT_UNIT) == "inactive"
    port_shop.path(FILE).write_text(SITE)
    secret = port_shop.create("staging-api")
    assert ask(port_shop, "frontier", secret) == "200"
    # And back.
    port_shop.path(FILE).write_text(PORT_SITE)
    port_shop.run("systemctl", "stop", *UNITS[1:])
    port_shop.systemctl("start", PORT_UNIT)
    assert port_shop.show("ActiveState", UNITS[0]) == "inactive"
    assert curl(port_shop, "frontier", secret)[0] == "200"
    log = port_shop.check("journalctl", "--unit", PORT_UNIT, "--no-pager", "--output=cat")
    assert "Failed" not in log
    port_shop.run("systemctl", "reset-failed", UNITS[0])


def test_every_site_is_checked_and_each_fault_is_reported(host):
    for name, text in {"crm": SITE, "pay": SITE + "limits: {}\n", "shop": SITE, "Old": SITE}.items():
        host.path(f"/etc/keyward/gateway/{name}.yaml").write_text(text)
    try:
        checked = host.run("keyward-gateway", "--check-config", "--json")
        report = json.loads(checked.output)
        assert (checked.status, checked.errors, report["ok"]) == (78, "", False)
        assert {site["site"]: site["ok"] for site in report["sites"]} == {
            "Old": False, "crm": True, "pay": False, "shop": True}
        assert [(fault["file"], fault["line"]) for fault in report["faults"]] == [
            ("/etc/keyward/gateway/Old.yaml", None), ("/etc/keyward/gateway/pay.yaml", 4)]
        text = host.run("keyward-gateway", "--check-config")
        assert text.status == 78 and len(text.errors.splitlines()) == 2 and "shop.yaml: valid." in text.output
        missing = host.run("keyward-gateway", "shpo")
        assert missing.status == 78 and "did you mean the site 'shop'?" in missing.errors
    finally:
        host.run("sh", "-c", "rm -f /etc/keyward/gateway/*.yaml")
    nothing = host.run("keyward-gateway", "--check-config")
    assert nothing.status == 78 and "examples/gateway/shop.yaml" in nothing.errors
    assert host.run("test", "-f", "/usr/share/doc/keyward/examples/gateway/shop.yaml").status == 0
