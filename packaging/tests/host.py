"""A machine with the package installed, and the actions of its administrator and its accounts."""

import json
import pathlib

from machine import end

SOCKETS = ("keywardd.socket", "keywardd-verify.socket")
UNITS = ("keywardd.service", *SOCKETS)

# Real accounts, with their groups.
ACCOUNTS = {
    "nobby": [],
    "vera": ["keyward-verify"],
    "mia": ["keyward"],
    "max": ["keyward"],
    "olga": ["keyward", "keyward-admin"],
    "adrian": ["keyward-admin"],
    "loader": ["keyward", "keyward-verify", "keyward-admin"],
}

_SAVED = "/tmp/saved"
_DROP_IN = "/run/systemd/system/keywardd.service.d"


class Secret(str):
    """A key or a pepper, which no report may show."""

    def __repr__(self):
        return "<secret>"


class Host:
    def __init__(self, machine):
        self.machine = machine
        self.run, self.check, self.path = machine.run, machine.check, machine.path

    # The package.

    def install(self, package):
        """Installs a .deb, like an administrator. Returns the output."""
        copy = "/tmp/" + pathlib.Path(package).name
        self.path(copy).write_bytes(pathlib.Path(package).read_bytes())
        installed = self.run("env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--force-confold", "--install", copy)
        assert installed.status == 0, f"{installed}\n{self.run('journalctl', '--lines=30', '--no-pager').output}"
        return installed.output + installed.errors

    def add_accounts(self):
        for name, groups in ACCOUNTS.items():
            self.add_account(name, *groups)

    def add_account(self, name, *groups):
        self.check("useradd", "--create-home", "--groups", ",".join(groups), name)

    # Each test starts with the freshly installed package, without a key.

    def save(self):
        """Saves the result of the installation, for `reset`."""
        self.check("sh", "-ec", f"mkdir -m 0700 {_SAVED}; cp -a /etc/keyward /etc/credstore {_SAVED}")

    def reset(self):
        self.check("sh", "-ec", f"""
            systemctl unmask --runtime --quiet {' '.join(UNITS)}
            systemctl stop {' '.join(UNITS)}
            rm -rf {_DROP_IN} /etc/keyward /etc/credstore
            systemctl daemon-reload
            umount --quiet --recursive /var/lib/keyward || true
            rm -rf /var/lib/keyward /run/keywardd
            cp -a {_SAVED}/keyward {_SAVED}/credstore /etc
            systemctl reset-failed
            systemctl start {' '.join(SOCKETS)}
            systemctl start keywardd.service
        """)

    # The service.

    def systemctl(self, *arguments):
        """Ends when its jobs have ended."""
        return self.check("systemctl", *arguments)

    def show(self, property, unit="keywardd.service"):
        """A property of a unit, from systemctl(1)."""
        return self.check("systemctl", "show", "--value", "--property=" + property, unit).strip()

    def override(self, text):
        """Adds a drop-in to the service, for this test."""
        self.path(_DROP_IN).mkdir(parents=True, exist_ok=True)
        self.path(_DROP_IN + "/test.conf").write_text(text)
        self.systemctl("daemon-reload")

    def configure(self, text):
        """Replaces the installed configuration, in which all settings are comments."""
        self.path("/etc/keyward/keyward.yaml").write_text(text)

    # The client.

    def keyward(self, *arguments, user="root", input=None):
        """Runs the installed client as an account, with all its groups."""
        return self.run(*_as(user), "/usr/bin/keyward", *arguments, input=input)

    def create(self, name, *options, user="root"):
        """A new key's secret."""
        created = self.keyward("create", name, *options, user=user)
        assert created.status == 0, str(created)
        return Secret(created.output.strip())

    def verify(self, secret, *options, user="vera"):
        """The outcome of `keyward verify` for a key on its standard input."""
        return self.keyward("verify", *options, user=user, input=secret + "\n").status

    def json(self, *arguments, user="root", input=None):
        """The --json output of a command that must succeed."""
        outcome = self.keyward(*arguments, "--json", user=user, input=input)
        assert outcome.status == 0, str(outcome)
        return json.loads(outcome.output)

    def keys(self, workspace="default"):
        """The names and statuses of a workspace's keys."""
        return {key["name"]: key["status"] for key in self.json("list", "--all", "-w", workspace)["keys"]}


class Load:
    """load.py running in the machine; it ends with the block."""

    def __init__(self, host, verifiers, creators):
        self._machine = host.machine
        host.path("/tmp/load.py").write_text(pathlib.Path(__file__).with_name("load.py").read_text())
        self._command = [*_as("loader"), "python3", "/tmp/load.py", str(verifiers), str(creators)]

    def __enter__(self):
        self._process = self._machine.start(*self._command, stdin=-1)
        self.progress()
        return self

    def __exit__(self, *_):
        end(self._process)

    def progress(self):
        """Returns when each client has had a reply to something that it sent from now on."""
        faults = self._ask("mark")["faults"]
        assert not faults, f"clients were disturbed: {faults}"

    def stop(self):
        """Stops the clients and returns their counts."""
        return self._ask("stop")

    def lost(self):
        """The acknowledged keys that are missing."""
        checked = self._ask("check")
        assert checked["acknowledged"] > 0
        return checked["lost"]

    def _ask(self, command):
        try:
            self._process.stdin.write(command + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self._process.stdout.readline()
        assert answer, "the load has ended: " + self._process.stderr.read()
        return json.loads(answer)


class Knocking:
    """Clients at both sockets, one after another, until the block ends."""

    _LOOP = "while :; do echo kw_x | keyward {} >/tmp/knocking-{} 2>&1; done"

    def __init__(self, host):
        self._machine = host.machine

    def __enter__(self):
        self._clients = [
            self._machine.start(*_as(account), "sh", "-c", self._LOOP.format(command, command))
            for account, command in [("olga", "list"), ("vera", "verify")]
        ]
        return self

    def __exit__(self, *_):
        for client in self._clients:
            end(client)


def _as(user):
    if user == "root":
        return []
    return ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"]
