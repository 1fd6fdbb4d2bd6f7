"""What happens when a proxy's configuration, or its load, is not as it should be."""

import fcntl
import os
import resource
import shutil
import socket
import subprocess
import tempfile

import pytest

from host import BIN, Gateway, end

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\nX-Original-Method: GET\r\nX-Original-URI: /reports\r\nX-API-Key: %s\r\n\r\n"


def without_stripping(text):
    """The example without the lines that remove a client's identity headers."""
    lines = [
        line for line in text.splitlines()
        if not any(word in line for word in ("request_header -X", "del-header x", "unset X-K", "unset X_K"))
    ]
    text = "\n".join(lines) + "\n"
    return text.replace("keyward-strip, ", "").replace("- remove: x-keyward-", "- remove: x-unrelated-")


@pytest.mark.parametrize("program", ["caddy-debian", "caddy", "traefik", "envoy", "haproxy", "apache"])
def test_a_proxy_that_forgets_to_strip_identity_headers_still_passes_the_gateways(new_front, daemon, program):
    stripped = []
    front = new_front(program, lambda text: stripped.append(without_stripping(text) != text) or without_stripping(text))
    assert any(stripped)
    names = ["verified", "key-id", "name", "workspace", "owner", "scopes", "expires-at", "warnings"]
    answer = front.client.send(
        "/reports", key=daemon.keys["other"], headers=[(f"X-Keyward-{name}", "forged") for name in names])
    assert answer.status == 200
    for name in names:
        values = answer.seen(f"x-keyward-{name}")
        assert len(values) == 1 and values[0] != "forged", (name, values)


@pytest.mark.parametrize("program", ["envoy", "traefik"])
def test_requests_of_http2_are_verified_like_any(new_front, daemon, program):
    front = new_front(program, lambda text: text)

    def status(path, *headers):
        options = [word for header in headers for word in ("-H", header)]
        end = subprocess.run(
            ["curl", "--silent", "--http2-prior-knowledge", "--path-as-is", "--output", "/dev/null", "--write-out",
             "%{http_version} %{http_code}", *options, f"http://127.0.0.1:{front.proxy.port}{path}"],
            capture_output=True, text=True, timeout=20,
        )
        return end.stdout

    key = f"X-API-Key: {daemon.keys['other']}"
    assert status("/reports", key) == "2 200"
    assert status("/reports") == "2 401"
    assert status("/orders", key) == "2 403"
    assert status("/reports/../orders", key) in ("2 403", "2 400")


@pytest.fixture
def gateway(daemon):
    gateway = Gateway("nginx", daemon)
    yield gateway
    gateway.close()


def connect(gateway):
    connection = socket.socket(socket.AF_UNIX)
    # With a timeout it would not wait for a full queue (connect(2), EAGAIN).
    connection.connect(str(gateway.socket))
    connection.settimeout(15)
    return connection


def test_ten_thousand_idle_connections_delay_nobody(gateway, daemon):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    request = REQUEST % daemon.keys["other"].encode()
    connections = [connect(gateway) for _ in range(10_000)]
    try:
        for connection in (connections[0], connections[-1], connections[5_000]):
            connection.sendall(request)
            assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    finally:
        for connection in connections:
            connection.close()


def test_a_port_is_only_for_the_accounts_of_the_site(daemon):
    gateway = Gateway("traefik", daemon)
    try:
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=15) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 403 ")
        script = f"exec 3<>/dev/tcp/127.0.0.1/{gateway.port}; printf 'GET / HTTP/1.1\\r\\n\\r\\n' >&3; wc -c <&3"
        foreign = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", f"trap '' PIPE; {script}"],
            capture_output=True, text=True, timeout=20,
        )
        assert foreign.stdout == "0\n", foreign
        with connect_metrics(gateway) as connection:
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            text = connection.makefile().read()
        assert 'keyward_gateway_connections_refused_total{reason="account"} 1' in text
    finally:
        gateway.close()


def connect_metrics(gateway):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(15)
    connection.connect(str(gateway.metrics_socket))
    return connection


def test_the_sockets_of_a_service_manager_are_served_and_outlive_the_gateway(daemon, tmp_path_factory):
    site = tmp_path_factory.mktemp("site") / "shop.yaml"
    site.write_text("proxy: nginx\nrules:\n  - path: /\n")
    folder = tempfile.mkdtemp(prefix="kwg.", dir="/tmp")
    sockets = {name: socket.socket(socket.AF_UNIX) for name in ("metrics", "site")}
    try:
        for name, listening in sockets.items():
            listening.bind(f"{folder}/{name}")
            listening.listen(16)
        # Two starts: the sockets stay open between them, and a client waits.
        for _ in range(2):
            client = socket.socket(socket.AF_UNIX)
            client.connect(f"{folder}/site")
            client.settimeout(15)
            client.sendall(REQUEST % daemon.keys["other"].encode())
            process = start_inherited(site, daemon, [sockets["metrics"], sockets["site"]], "metrics:site")
            assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
            client.close()
            end(process)
            assert process.returncode == 0
    finally:
        for listening in sockets.values():
            listening.close()
        shutil.rmtree(folder)


def start_inherited(site, daemon, sockets, names):
    """Starts a gateway as systemd does (sd_listen_fds(3))."""
    script = (
        'export LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=$1; shift; exec 3<&"$1" 4<&"$2"; shift 2; '
        'for number in 5 6 7 8 9; do eval "exec $number<&-"; done; exec "$@"'
    )
    # Numbers that are not in the way of 3 and 4.
    numbers = [fcntl.fcntl(listening, fcntl.F_DUPFD, 20) for listening in sockets]
    process = subprocess.Popen(
        ["bash", "-c", script, "bash", names, *map(str, numbers), BIN / "keyward-gateway", "--config", site,
         "--verify-socket", daemon.verify_socket],
        pass_fds=numbers, stdin=subprocess.DEVNULL,
    )
    for number in numbers:
        os.close(number)
    return process
