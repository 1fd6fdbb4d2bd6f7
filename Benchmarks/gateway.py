"""The gateway: alone beside a bare HTTP handler, behind nginx beside a stub of nginx, and its memory. The load is wrk."""

import os
import re
import resource
import socket
import subprocess

import bars

CONNECTIONS = 50
IDLE = 10_000
# wrk measures whole seconds.
MOST_ROUNDS = 7
UNITS = {"us": 1, "ms": 1e3, "s": 1e6}

SITE = """proxy: {proxy}
{listen}rules:
  - path: /
"""
NGINX = """daemon off;
worker_processes 1;
pid {folder}/{name}.pid;
error_log {folder}/{name}.log;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    {body}
}}
"""
FRONT = """
    upstream gateway {{ server unix:{gateway}; keepalive 64; keepalive_requests 1000000000; }}
    upstream stub {{ server unix:{stub}; keepalive 64; keepalive_requests 1000000000; }}
    {servers}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port};
        location / {{ {check} root {folder}; }}
        location = /check {{
            internal;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header Connection "";
            proxy_set_header X-Original-Method $request_method;
            proxy_set_header X-Original-URI $request_uri;
            proxy_http_version 1.1;
            proxy_pass http://{upstream};
        }}
    }}
"""


class Program:
    """A process that says on standard output, or on a descriptor, that it serves."""

    def __init__(self, bench, command, socket_path=None):
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=bench.on_all_cores)
        bench.started(self)
        self.wait(socket_path)

    def wait(self, address):
        """Connects until it is accepted, as long as the process runs."""
        while self.process.poll() is None:
            with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as probe:
                if probe.connect_ex(address) == 0:
                    return
        raise SystemExit("A server of the gateway's benchmark did not start.")

    def resident(self):
        """In bytes."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) * 1024

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(30)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wrk(bench, port, connections, headers=()):
    """Requests a second, and the median latency in microseconds. A refused request ends the benchmark."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(bench.options.seconds))}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    output = subprocess.run(
        [*command, f"http://127.0.0.1:{port}/page"], check=True, stdout=subprocess.PIPE, text=True,
        preexec_fn=bench.on_all_cores).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(output)
    p50 = re.search(r"50%\s+([\d.]+)(us|ms|s)", output)
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), "p50": float(p50[1]) * UNITS[p50[2]],
    }


def gateway(bench, name, proxy, daemon, port=None):
    path = os.path.join(daemon.folder, name)
    login = subprocess.run(["id", "-un"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    with open(path + ".yaml", "w") as file:
        file.write(SITE.format(
            proxy=proxy, listen=f"listen: 127.0.0.1:{port}\nallowUsers: [{login}]\n" if port else ""))
    command = [bench.options.gateway, "--config", path + ".yaml", "--verify-socket", daemon.socket]
    if not port:
        command += ["--socket", path + ".sock"]
    return Program(bench, command, ("127.0.0.1", port) if port else path + ".sock"), path + ".sock"


def nginx(bench, folder, name, body, address):
    path = os.path.join(folder, name + ".conf")
    user = "user root;" if os.getuid() == 0 else ""
    with open(path, "w") as file:
        file.write(NGINX.format(folder=folder, name=name, body=body, user=user))
    return Program(bench, ["nginx", "-p", folder, "-c", path], address)


def tables(bench):
    # A connection that nobody reads needs a descriptor all the same.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    daemon, questions = bench.keyward("keywardd", loops=None, place=bench.on_all_cores)
    key = f"Authorization: Bearer {daemon.secret}"
    yield from alone(bench, daemon, key)
    yield from behind_nginx(bench, daemon, key)
    yield from idle(bench, daemon)


def alone(bench, daemon, key):
    ports = {name: free_port() for name in ["gateway", "bare handler"]}
    gateway(bench, "alone", "traefik", daemon, ports["gateway"])
    threads = str(max(1, min(4, os.cpu_count() // 2)))
    Program(
        bench, [bench.options.bare, threads, "127.0.0.1", str(ports["bare handler"])],
        ("127.0.0.1", ports["bare handler"]))
    headers = [key, "X-Forwarded-Method: GET", "X-Forwarded-Uri: /page"]
    results = {name: [] for name in ports}
    for _ in bench.rounds(MOST_ROUNDS):
        for name in bench.shuffled(list(ports)):
            results[name].append(wrk(bench, ports[name], CONNECTIONS, headers))
    bench.bars.at_least(
        "gateway alone, 50 connections", 0.7, bars.paired(results["gateway"], results["bare handler"]),
        "× bare handler")
    yield table(results, f"alone, {CONNECTIONS} connections")


def behind_nginx(bench, daemon, key):
    folder = daemon.folder
    _, path = gateway(bench, "behind", "nginx", daemon)
    stub = os.path.join(folder, "stub.sock")
    nginx(bench, folder, "stub", f"server {{ listen unix:{stub}; return 200; }}", stub)
    with open(os.path.join(folder, "page"), "w") as page:
        page.write("page\n")
    ports = {name: free_port() for name in ["gateway", "stub", "no check"]}
    servers = "".join(
        SERVER.format(
            port=port, folder=folder, upstream="stub" if name == "stub" else "gateway",
            check="" if name == "no check" else "auth_request /check;")
        for name, port in ports.items())
    nginx(bench, folder, "front", FRONT.format(gateway=path, stub=stub, servers=servers), ("127.0.0.1", ports["stub"]))
    many, one = ({name: [] for name in ports} for _ in range(2))
    for _ in bench.rounds(MOST_ROUNDS):
        for name in bench.shuffled(list(ports)):
            many[name].append(wrk(bench, ports[name], CONNECTIONS, [key]))
            one[name].append(wrk(bench, ports[name], 1, [key]))
    bench.bars.at_least(
        "gateway behind nginx, 50 connections", 0.55, bars.paired(many["gateway"], many["stub"]), "× nginx stub")
    added = bars.median(one["gateway"], "p50") - bars.median(one["no check"], "p50")
    of_stub = bars.median(one["stub"], "p50") - bars.median(one["no check"], "p50")
    bench.bars.add(
        "gateway behind nginx, added p50", "≤ 150 µs", f"{added:.0f} µs", added <= 150, f"nginx stub: {of_stub:.0f} µs")
    yield table(many, f"behind nginx, {CONNECTIONS} connections")
    yield table(one, "behind nginx, 1 connection")


def idle(bench, daemon):
    program, path = gateway(bench, "idle", "nginx", daemon)
    bare_path = os.path.join(daemon.folder, "bare.sock")
    threads = str(max(1, min(4, os.cpu_count() // 2)))
    bare = Program(bench, [bench.options.bare, threads, bare_path], bare_path)
    grown = {name: growth(server, address) for name, server, address in
             [("gateway", program, path), ("bare handler", bare, bare_path)]}
    more = (grown["gateway"] - grown["bare handler"]) / 1e6
    bench.bars.add(
        "gateway, memory of 10,000 idle connections", "≤ 30 MB more than a bare handler", f"{more:.1f} MB", more <= 30)
    yield "\n".join(
        ["| server | memory of 10,000 idle connections |", "|---|--:|"]
        + [f"| {name} | {size / 1e6:.1f} MB |" for name, size in grown.items()])


def growth(server, path):
    """What a server's memory grows by while connections, each after one request, are idle."""
    before = server.resident()
    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    connections = []
    for _ in range(IDLE):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(path)
        connection.sendall(request)
        connection.recv(4_096)
        connections.append(connection)
    grown = server.resident() - before
    for connection in connections:
        connection.close()
    return grown


def table(results, title):
    lines = [f"| {title} | requests/s | p50 |", "|---|--:|--:|"]
    for name, runs in results.items():
        lines.append(f"| {name} | {bars.median(runs, 'rate'):,.0f} | {bars.median(runs, 'p50'):.0f} µs |")
    return "\n".join(lines)
