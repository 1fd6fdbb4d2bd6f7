"""A daemon and its keys, a gateway, and a proxy from Examples/gateway, as processes in a folder under /tmp."""

import datetime
import http.client
import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import tempfile

BIN = pathlib.Path(os.environ["KEYWARD_BIN"])
PROXIES = pathlib.Path(os.environ["KEYWARD_PROXIES"])
EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Examples" / "gateway"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_ready(arguments, log, **options):
    """Starts a program that reports on a descriptor that it serves."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [*arguments, "--ready-fd", str(writing)], pass_fds=[writing], stdin=subprocess.DEVNULL,
        stdout=open(log, "ab"), stderr=subprocess.STDOUT, **options,
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as ready:
        if ready.read(1) != b"\n":
            end(process)
            raise AssertionError(log.read_text())
    return process


def end(process):
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


class Daemon:
    """A keywardd with the keys of the tests. It can be stopped and started again."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kwg.", dir="/tmp"))
        self.process = None
        try:
            self.start()
            self.make_keys()
        except BaseException:
            self.close()
            raise

    def make_keys(self):
        self.keys = {
            "orders": self.create("prod-shop", "--scope", "orders:read", "--owner", "Platform team"),
            "other": self.create("crm-integration", "--owner", "Sales ops"),
            "revoked": self.create("old-shop"),
        }
        self.keyward("revoke", "old-shop", "--yes")
        self.keys["wrong"] = self.keys["orders"][:-1] + ("a" if self.keys["orders"][-1] != "a" else "b")
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
        self.keys["expired"] = self.create("brief-shop", "--expires", until.strftime("%Y-%m-%dT%H:%M:%SZ"))
        while self.answer(self.keys["expired"]) != "expired":
            pass
        self.keyward("workspace", "create", "unpaid")
        self.keys["foreign"] = self.create("foreign", "--workspace", "unpaid")

    @property
    def verify_socket(self):
        return self.folder / "verify.sock"

    def start(self):
        self.process = start_ready(
            [BIN / "keywardd", "--run-dir", self.folder, "--state-dir", self.folder / "state"], self.folder / "log")

    def stop(self):
        end(self.process)

    def keyward(self, *arguments):
        result = subprocess.run(
            [BIN / "keyward", *arguments], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
            env=dict(os.environ, KEYWARD_SOCKET=str(self.folder / "keyward.sock")),
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    def create(self, name, *options):
        return self.keyward("create", name, *options)

    def answer(self, key):
        """The code of a verification."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.verify_socket))
            request = {"jsonrpc": "2.0", "id": 1, "method": "keys.verify", "params": {"key": key}}
            connection.sendall(json.dumps(request).encode() + b"\n")
            return json.loads(connection.makefile().readline())["result"]["code"]

    def close(self):
        if self.process:
            self.stop()
        shutil.rmtree(self.folder)


class Gateway:
    """A keyward-gateway with the example's site for one proxy."""

    def __init__(self, proxy, daemon, change=lambda text: text):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kwg.", dir="/tmp"))
        self.socket = self.folder / "shop.sock"
        self.metrics_socket = self.folder / "m"
        self.reload_socket = self.folder / "r"
        self.port = None
        text = (EXAMPLES / "shop.yaml").read_text().replace("proxy: nginx", f"proxy: {proxy}")
        if proxy == "traefik":
            self.port = free_port()
            text += f"listen: 127.0.0.1:{self.port}\nallowUsers: [root]\n"
        self.site = self.folder / "shop.yaml"
        self.site.write_text(change(text))
        self.daemon = daemon
        try:
            self.start()
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    def start(self):
        arguments = [
            BIN / "keyward-gateway", "--config", self.site, "--verify-socket", self.daemon.verify_socket,
            "--metrics-socket", self.metrics_socket, "--reload-socket", self.reload_socket,
        ]
        if self.port is None:
            arguments += ["--socket", self.socket]
        self.process = start_ready(arguments, self.folder / "log")

    def reload(self, text):
        """Replaces the site's file, as an editor does, and reloads it. Returns how the command ended."""
        fresh = self.folder / "fresh"
        fresh.write_text(text)
        fresh.rename(self.site)
        return subprocess.run(
            [BIN / "keyward-gateway", "shop", "--reload", "--reload-socket", self.reload_socket],
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)

    def stop(self):
        end(self.process)

    def close(self):
        self.stop()
        shutil.rmtree(self.folder)


class Proxy:
    """A proxy with an example's configuration: only paths and ports are replaced."""

    def __init__(self, program, gateway, service_port, change=lambda text: text):
        self.kind = program.split("-")[0]
        self.program = program
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kwg.", dir="/tmp"))
        self.replaced = {
            "8080": str(self.port), "8081": str(service_port),
            "/run/keyward-gateway/shop.sock": str(gateway.socket), "127.0.0.1:9180": f"127.0.0.1:{gateway.port}",
            "user www-data": "user root", "www-data:www-data": "root:root",
            "/run/nginx.pid": f"{self.folder}/pid", "/var/log/nginx": str(self.folder),
            "/etc/haproxy": str(self.folder), "/etc/apache2": str(self.folder), "/etc/traefik": str(self.folder),
        }
        for file in (EXAMPLES / self.kind).iterdir():
            text = file.read_text()
            for old, new in self.replaced.items():
                text = text.replace(old, new)
            copy = self.folder / file.name
            copy.write_text(change(text))
            copy.chmod(file.stat().st_mode)
        self.log = self.folder / "log"
        self.process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, stdout=open(self.log, "ab"), stderr=subprocess.STDOUT,
            env=dict(os.environ, HOME=str(self.folder), XDG_DATA_HOME=str(self.folder), XDG_CONFIG_HOME=str(self.folder)),
        )
        try:
            self.wait()
        except BaseException:
            self.close()
            raise

    def command(self):
        folder = self.folder
        match self.program:
            case "nginx":
                return ["/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off;"]
            case "caddy-debian":
                return ["/usr/bin/caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]
            case "caddy":
                return [PROXIES / "caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]
            case "traefik":
                return [PROXIES / "traefik", f"--configFile={folder}/traefik.yaml"]
            case "envoy":
                return [PROXIES / "envoy", "-c", folder / "envoy.yaml", "--concurrency", "1", "--disable-hot-restart"]
            case "haproxy":
                return ["/usr/sbin/haproxy", "-db", "-f", folder / "haproxy.cfg"]
            case "apache":
                return ["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", self.apache_configuration()]

    def apache_configuration(self):
        """What Debian's apache2.conf has around the example."""
        modules = [
            "mpm_event", "authz_core", "rewrite", "headers", "proxy", "proxy_http",
        ]
        account = "www-data" if os.getuid() == 0 else f"#{os.getuid()}"
        lines = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in modules]
        lines += [
            f"ServerRoot {self.folder}", f"PidFile {self.folder}/pid", f"ErrorLog {self.folder}/error",
            f"DefaultRuntimeDir {self.folder}", f"Mutex file:{self.folder} default", "ServerName localhost",
            f"User {account}", f"Group {account}",
            f"Include {self.folder}/keyward.conf",
        ]
        path = self.folder / "apache2.conf"
        path.write_text("\n".join(lines) + "\n")
        return path

    def wait(self):
        """Waits until it serves, as long as the program runs. No program here reports it."""
        process = os.pidfd_open(self.process.pid)
        try:
            for _ in range(600):
                if self.is_ready():
                    return
                ended, _, _ = select.select([process], [], [], 0.05)
                assert not ended, self.log.read_text()[-4000:]
        finally:
            os.close(process)
        raise AssertionError(self.log.read_text()[-4000:])

    def is_ready(self):
        """Traefik opens its port before it has its routes, and answers 404."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/unknown")
            return connection.getresponse().status != 404
        except OSError:
            return False
        finally:
            connection.close()

    def close(self):
        end(self.process)
        shutil.rmtree(self.folder)
