"""A site's file that is read again while a proxy asks."""

import contextlib
import socket
import threading

import pytest

from host import Gateway

RULE = "  - path: /fresh\n"


class Load:
    """Clients of a proxy that ask without pause, until the block ends."""

    def __init__(self, client, key):
        self.client, self.key = client, key
        self.statuses, self.ended = [], threading.Event()
        self.threads = [threading.Thread(target=self.ask) for _ in range(4)]

    def ask(self):
        while not self.ended.is_set():
            try:
                self.statuses.append(self.client.send("/reports", key=self.key).status)
            except OSError as error:
                self.statuses.append(error)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()


def test_a_rule_that_is_added_while_requests_run_fails_none(front, daemon):
    text, key = front.gateway.site.read_text(), daemon.keys["other"]
    with_rule = text.replace("rules:\n", "rules:\n" + RULE)
    assert with_rule != text
    try:
        with Load(front.client, key) as load:
            for _ in range(5):
                before = len(load.statuses)
                assert front.client.send("/fresh", key=key).status == 403
                added = front.gateway.reload(with_rule)
                assert (added.returncode, added.stdout) == (0, "The file was read again; changed: rules.\n"), added
                assert front.client.send("/fresh", key=key).status == 200
                assert front.gateway.reload(text).returncode == 0
                while len(load.statuses) < before + 8:
                    pass
        assert set(load.statuses) == {200}
    finally:
        front.gateway.reload(text)


def test_an_invalid_file_keeps_the_previous_rules_while_requests_run(front, daemon):
    text, key = front.gateway.site.read_text(), daemon.keys["other"]
    try:
        with Load(front.client, key) as load:
            refused = front.gateway.reload(text + "limits: {}\n")
            line = len(text.splitlines()) + 1
            assert refused.returncode == 78 and f"shop.yaml:{line}:1: unknown member 'limits'" in refused.stderr, refused
            before = len(load.statuses)
            while len(load.statuses) < before + 8:
                pass
        assert set(load.statuses) == {200}
        assert front.client.send("/orders", "POST", key=daemon.keys["orders"]).status == 403
    finally:
        front.gateway.reload(text)


@pytest.fixture
def gateway(daemon):
    gateway = Gateway("traefik", daemon)
    yield gateway
    gateway.close()


def test_an_account_that_a_reload_removes_is_served_no_more(gateway, daemon):
    request = (
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Uri: /reports\r\n"
        f"X-API-Key: {daemon.keys['other']}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=15) as connection:
        connection.sendall(request)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        assert gateway.reload(gateway.site.read_text().replace("[root]", "[nobody]")).returncode == 0
        assert connection.recv(4096) == b""
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=15) as connection:
        # It is closed with or without a reset.
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
            assert connection.recv(4096) == b""
