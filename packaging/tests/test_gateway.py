"""A gateway of the installed package: its units, its sandbox, its accounts."""

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
