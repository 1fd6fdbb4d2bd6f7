"""A team's site without systemd: nginx with the documented site, and a screen for each person, which runs as an account
that only the programs of the test see. Needs root."""

import base64
import http.client
import os
import pathlib
import re
import secrets
import select
import shutil
import socket
import ssl
import subprocess
import urllib.parse

from host import BIN, Host
from person import Person

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLE = ROOT / "Examples/nginx/keyward-web.conf"
NAME = "keys.example.com"
BASE = f"https://{NAME}/settings/api-access"
CLIENTS, PROXIES, FIRST_UID = 4100, 4101, 4201
WEB_SERVER = "www-data"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Chromium looks the site's name up here.
PORT = free_port()


def nginx():
    """The program of the package that is installed, or that Tests/Browser/run has unpacked."""
    installed = pathlib.Path("/usr/sbin/nginx")
    return installed if installed.exists() else ROOT / ".build/browser/nginx/usr/sbin/nginx"


class Team(Host):
    """The host of a team. The names are its people, with their roles in the workspace `default`; `None` is no role."""

    def __init__(self, **people):
        self.people = {name: FIRST_UID + number for number, name in enumerate(people)}
        self.consoles, self.listeners, self.web_server = {}, {}, None
        super().__init__()
        try:
            self.set_up(people)
        except BaseException:
            self.close()
            raise

    def set_up(self, roles):
        for name, role in roles.items():
            if role:
                self.keyward("member", "grant", f"user:{self.account(name)}", role)
        self.proxy_secret = secrets.token_hex(32)
        self.write("proxy.conf", f"proxy_set_header X-Keyward-Proxy {self.proxy_secret};\n", 0o600)
        self.passwords = {name: "pass-of-" + name for name in [*self.people, "mallory"]}
        self.write("people.map", "".join(
            f'"~^{re.escape(name)}\\z" {self.socket(name)};\n' for name in self.people))
        for name in self.people:
            self.listen(name)
            self.start_console(name)
        self.start_web_server()

    # Accounts

    def account(self, name):
        return f"kw-web-{self.people[name] - FIRST_UID + 1}"

    def start(self):
        """The daemon and the screens see these accounts."""
        self.folder.chmod(0o755)
        people = "".join(
            f"{self.account(name)}:x:{uid}:{uid}:{name}:/nonexistent:/usr/sbin/nologin\n" for name, uid in self.people.items())
        accounts = ",".join(self.account(name) for name in self.people)
        groups = f"keyward:x:{CLIENTS}:{accounts}\nkeyward-web:x:{PROXIES}:{WEB_SERVER}\n" + "".join(
            f"{self.account(name)}:x:{uid}:\n" for name, uid in self.people.items())
        self.write("passwd", pathlib.Path("/etc/passwd").read_text() + people)
        self.write("group", pathlib.Path("/etc/group").read_text() + groups)
        super().start()
        # As systemd does.
        os.chown(self.folder / "keyward.sock", 0, CLIENTS)
        (self.folder / "keyward.sock").chmod(0o660)

    def command(self, *arguments):
        """With the accounts, which no other program of this machine sees."""
        script = 'mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/group" /etc/group && shift && exec "$@"'
        return ["unshare", "--mount", "sh", "-c", script, "sh", self.folder, *arguments]

    def write(self, name, text, mode=0o644):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return path

    # Screens

    def socket(self, name):
        return self.folder / f"{self.people[name]}.sock"

    def listen(self, name):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.socket(name)))
        os.chown(self.socket(name), 0, PROXIES)
        self.socket(name).chmod(0o660)
        listener.listen(64)
        self.listeners[name] = listener
        uid = self.people[name]
        for kind in ["credentials", "runtime"]:
            folder = self.folder / f"{kind}-{uid}"
            folder.mkdir(0o700)
            os.chown(folder, uid, uid)
        credential = self.folder / f"credentials-{uid}/proxy.conf"
        shutil.copy(self.folder / "proxy.conf", credential)
        os.chown(credential, uid, uid)

    def start_console(self, name):
        """Hands the socket over, as systemd does (sd_listen_fds(3)), and waits until it serves."""
        uid, listener = self.people[name], self.listeners[name].fileno()
        script = f'[[ {listener} = 3 ]] || exec 3<&{listener} {listener}<&-; LISTEN_PID=$$ exec "$@"'
        ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        address = self.folder / f"notify-{uid}"
        address.unlink(missing_ok=True)
        ready.bind(str(address))
        address.chmod(0o666)
        ready.settimeout(30)
        self.consoles[name] = subprocess.Popen(
            self.command(
                "setpriv", f"--reuid={uid}", f"--regid={uid}", f"--groups={uid},{CLIENTS}", "bash", "-c", script, "bash",
                BIN / "keyward-web", "console"),
            pass_fds=[listener], stdin=subprocess.DEVNULL, stdout=open(self.folder / "log", "ab"),
            stderr=subprocess.STDOUT,
            env=dict(
                self.environment, LISTEN_FDS="1", LISTEN_FDNAMES="web", NOTIFY_SOCKET=str(address),
                KEYWARD_WEB_ORIGIN=f"https://{NAME}", CREDENTIALS_DIRECTORY=str(self.folder / f"credentials-{uid}"),
                RUNTIME_DIRECTORY=str(self.folder / f"runtime-{uid}")))
        with ready:
            assert b"READY=1" in ready.recv(4096), (self.folder / "log").read_text()

    def end_console(self, name):
        self.consoles[name].terminate()
        self.consoles[name].wait(30)

    # nginx

    def start_web_server(self):
        """The documented site. Only paths and ports are others."""
        self.write("passwords", "".join(
            f"{name}:{self.digest(password)}\n" for name, password in self.passwords.items()))
        subprocess.run(
            [
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
                "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem"],
            check=True, capture_output=True)
        text = EXAMPLE.read_text()
        for old, new in {
            "listen 80;": f"listen 127.0.0.1:{free_port()};", "listen 443 ssl;": f"listen 127.0.0.1:{PORT} ssl;",
            f"/etc/ssl/certs/{NAME}.pem": f"{self.folder}/cert.pem", f"/etc/ssl/private/{NAME}.key": f"{self.folder}/key.pem",
            "/etc/nginx/keyward.htpasswd": f"{self.folder}/passwords", "/etc/keyward/web/": f"{self.folder}/",
        }.items():
            assert old in text
            text = text.replace(old, new)
        self.write("site.conf", text)
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/nginx-{kind};\n"
            for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        self.write("nginx.conf", f"""
            user {WEB_SERVER};
            worker_processes 1;
            daemon off;
            pid {self.folder}/nginx.pid;
            error_log {self.folder}/nginx-error;
            events {{}}
            http {{
                access_log {self.folder}/nginx-access;
                {temporary}
                include {self.folder}/site.conf;
            }}
            """)
        self.web_server = subprocess.Popen(
            self.command(nginx(), "-p", self.folder, "-e", self.folder / "nginx-error", "-c", self.folder / "nginx.conf"),
            stdin=subprocess.DEVNULL, stdout=open(self.folder / "log", "ab"), stderr=subprocess.STDOUT)
        # nginx does not report that it serves.
        process = os.pidfd_open(self.web_server.pid)
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                        return
                ended, _, _ = select.select([process], [], [], 0.05)
                assert not ended, (self.folder / "nginx-error").read_text()
        finally:
            os.close(process)
        raise AssertionError("nginx does not serve")

    @staticmethod
    def digest(password):
        return subprocess.run(
            ["openssl", "passwd", "-apr1", "-stdin"], input=password, capture_output=True, text=True, check=True
        ).stdout.strip()

    def ask(self, uid, groups, name, *fields):
        """The start of the answer of a person's socket to an account of this host."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            # Only system calls until its end, so that nothing of the test is done twice.
            try:
                os.setgroups(groups)
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(str(self.socket(name)))
                    lines = ["GET /settings/api-access HTTP/1.1", f"Host: {NAME}", *fields, "Connection: close", "", ""]
                    connection.sendall("\r\n".join(lines).encode())
                    os.write(writing, connection.recv(12))
            except OSError as error:
                os.write(writing, error.strerror.encode())
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            text = answer.read()
        os.waitpid(child, 0)
        return text

    def send(self, name, method, path, cookie, fields=None, headers={}):
        """A request of a program with a person's password and cookie."""
        context = ssl.create_default_context(cafile=self.folder / "cert.pem")
        context.check_hostname = False
        connection = http.client.HTTPSConnection("127.0.0.1", PORT, timeout=30, context=context)
        login = base64.b64encode(f"{name}:{self.passwords[name]}".encode()).decode()
        connection.request(
            method, path, urllib.parse.urlencode(fields) if fields else None,
            {
                "Host": NAME, "Authorization": "Basic " + login, "Cookie": cookie,
                **({"Content-Type": "application/x-www-form-urlencoded"} if fields else {}), **headers})
        with connection.getresponse() as answer:
            return answer.status, answer.read().decode()

    def logs(self):
        """What nginx, the daemon and the screens have written."""
        return "".join(
            path.read_text(errors="replace") for path in self.folder.iterdir()
            if path.name == "log" or path.name.startswith("nginx-") and path.is_file())

    def close(self):
        if self.web_server:
            self.web_server.terminate()
            self.web_server.wait(30)
        self.screens += self.consoles.values()
        for listener in self.listeners.values():
            listener.close()
        super().close()


class Member(Person):
    """A person of the team, whose browser has logged in at nginx."""

    def __init__(self, page, by_keyboard=False):
        self.page, self.base, self.by_keyboard = page, BASE, by_keyboard
        page.goto(BASE)
