"""The screen on one's own machine beside other accounts of the machine, which can all connect to loopback."""

import urllib.parse

import pytest

from host import _as
from machine import end
from screen import BASE

# Prints the status of an answer and its body, or that there was no byte.
ASK = """
import socket, sys
address, port, request = sys.argv[1], int(sys.argv[2]), sys.stdin.read()
family = socket.AF_INET6 if ":" in address else socket.AF_INET
with socket.socket(family) as connection:
    connection.connect((address, port))
    answer = b""
    try:
        connection.sendall(request.replace("\\n", "\\r\\n").encode())
        while part := connection.recv(65536):
            answer += part
    except ConnectionError:
        pass
print(answer.decode() or "no byte")
"""
# Listens until it is ended; says so first.
SQUAT = """
import socket, sys
listener = socket.create_server((sys.argv[1], int(sys.argv[2])), family=socket.AF_INET6, dualstack_ipv6=False)
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    print("connected", flush=True)
"""


class Screen:
    """`keyward web` of an account."""

    def __init__(self, host, account, *options):
        self.host = host
        self.process = host.machine.start(*_as(account), "/usr/bin/keyward", "web", *options)
        self.link = urllib.parse.urlsplit(self.process.stdout.readline().strip())

    @property
    def token(self):
        return urllib.parse.parse_qs(self.link.query)["token"][0]

    def ask(self, account, method, path, body="", address="127.0.0.1", cookie=None):
        """The answer to a request of an account."""
        fields = [f"{method} {path} HTTP/1.1", f"Host: {self.link.netloc}", "Connection: close"]
        if cookie:
            fields.append(f"Cookie: {cookie}")
        if body:
            fields += [
                "Sec-Fetch-Site: same-origin", "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}"]
        return self.host.check(
            *_as(account), "python3", "-c", ASK, address, str(self.link.port), input="\n".join(fields) + "\n\n" + body)

    def sign_in(self, account):
        """The cookie of a new session."""
        answer = self.ask(account, "POST", BASE + "/open", f"token={self.token}")
        lines = [line for line in answer.splitlines() if line.lower().startswith("set-cookie:")]
        assert lines, answer
        return lines[0].split(": ", 1)[1].split(";")[0]


def status(answer):
    return answer.split()[1]


@pytest.fixture
def screen(host):
    host.json("member", "grant", "user:mia", "admin")
    host.create("staging-api")
    screen = Screen(host, "mia")
    yield screen
    end(screen.process)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_another_account_gets_no_byte_with_whatever_it_has(screen, address):
    # It has seen the link in the list of processes, and has not spent it.
    stolen = screen.ask("max", "POST", BASE + "/open", f"token={screen.token}", address)
    assert stolen.strip() == "no byte"
    cookie = screen.sign_in("mia")
    assert "staging-api" in screen.ask("mia", "GET", BASE, address=address, cookie=cookie)
    for account in ["max", "nobby", "root"]:
        assert screen.ask(account, "GET", BASE, address=address, cookie=cookie).strip() == "no byte"
        assert screen.ask(account, "GET", BASE, address=address).strip() == "no byte"


def test_the_link_works_once_also_for_its_own_account(screen):
    cookie = screen.sign_in("mia")
    assert status(screen.ask("mia", "POST", BASE + "/open", f"token={screen.token}")) == "403"
    of_another_run = cookie[:-1] + ("0" if cookie[-1] != "0" else "1")
    assert status(screen.ask("mia", "GET", BASE, cookie=of_another_run)) == "401"


def test_a_port_that_another_account_has_on_one_address_is_not_taken(host, screen):
    squatter = host.machine.start(*_as("max"), "python3", "-c", SQUAT, "::1", "0")
    try:
        port = squatter.stdout.readline().strip()
        refused = host.keyward("web", "--port", port, user="mia")
        assert refused.status != 0 and f"Port {port} is in use" in refused.errors
        # Nobody connected to it: no link was printed for that port.
        assert "http://" not in refused.output
    finally:
        end(squatter)


def test_a_role_that_is_taken_away_ends_what_an_open_page_can_do(host, screen):
    cookie = screen.sign_in("mia")
    assert "staging-api" in screen.ask("mia", "GET", BASE, cookie=cookie)
    host.json("member", "remove", "user:mia")
    assert "staging-api" not in screen.ask("mia", "GET", BASE, cookie=cookie)
