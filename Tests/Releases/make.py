#!/usr/bin/env python3
"""Creates the state folder of a release with data of every kind, for the tests of later versions.

    Tests/Releases/make.py .build/debug/keywardd 0.2.0

Run it once for each release. Never change what is there: it is what users have on their disks.
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
CONFIGURATION = HERE / "keyward.yaml"
# Members of a key that a later version must still return.
MEMBERS = [
    "id", "prefix", "name", "workspace", "status", "usageCount", "refusedCount", "createdAt", "expiresAt", "owner",
    "purpose", "scopes", "metadata", "rotation", "revoked", "addresses", "limits", "credits", "budget", "foreignPrefix",
]


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(str(path))
        self.stream = self.socket.makefile("rwb")

    def call(self, method, **params):
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        self.stream.write(line.encode() + b"\n")
        self.stream.flush()
        reply = json.loads(self.stream.readline())
        if "error" in reply:
            raise SystemExit(f"{method}: {reply['error']}")
        return reply["result"]


def fill(admin, verify):
    """One key in each state that can last for years, and their secrets by key id."""
    secrets = {}

    def create(name, uses=0, **more):
        made = admin.call("keys.create", name=name, **more)
        secrets[made["key"]["id"]] = made["secret"]
        use(made["key"]["id"], uses)
        return made["key"]["id"]

    def use(key, uses, workspace="*"):
        for _ in range(uses):
            verify.call("keys.verify", key=secrets[key], workspace=workspace)

    def rotate(key, **more):
        made = admin.call("keys.rotate", key=key, confirm=True, **more)
        secrets[made["key"]["id"]] = made["secret"]
        return made["key"]["id"]

    admin.call("workspaces.create", name="Café Zürich", tag="cafe")
    admin.call("workspaces.create", name="former", tag="old")
    admin.call("members.grant", workspace="Café Zürich", principal="uid:4711", role="viewer")
    create("unused")
    create(
        "prod-everything", uses=3, owner={"name": "Platform", "contact": "platform@example.org", "principal": "uid:4711"},
        purpose="Orders of the web shop", scopes=["orders:*", "crm:read"], metadata={"team": "a b", "n": 1.50, "ä": "ö"},
        requestId="order 1", expiresAt="2999-01-01T00:00:00Z")
    use(create("elsewhere", uses=1, workspace="Café Zürich"), 2, workspace="former")
    admin.call("keys.disable", key=create("disabled", uses=1))
    admin.call("keys.revoke", key=create("revoked", uses=2), reason="compromised", note="seen in a log", confirm=True)
    rotate(create("rotating", uses=1), graceSeconds=2_592_000)
    confirmed = create("confirmed", uses=1)
    use(rotate(confirmed), 2)
    admin.call("keys.confirmRotation", key=confirmed)
    cancelled = create("cancelled", uses=1)
    rotate(cancelled)
    admin.call("keys.cancelRotation", key=cancelled)
    # Not automatic: what was spent in a window is not stored.
    limits = [{"name": "tokens", "limit": 1000, "windowSeconds": 86400, "automatic": False}]
    create("limited", uses=2, limits=limits, credits={"remaining": 100})
    create("office", uses=1, addresses=["10.0.0.0/8", "2001:db8::/32"])
    admin.call("budgets.set", name="team", limits=limits, credits={"remaining": 50})
    create("shared", uses=1, budget="team")
    admin.call("workspaces.create", name="metered", tag="met", plan="metered")
    create("metered", uses=1, workspace="metered")
    create("old-backup", canary=True)
    foreign = "sk_live_" + "0123456789abcdefghijklmnop"
    row = admin.call("keys.import", format="secret", keys=[{"name": "imported", "secret": foreign}])["rows"][0]
    secrets[row["key"]["id"]] = foreign
    use(row["key"]["id"], 2)
    create("suspended", uses=1, workspace="former")
    # For everybody else on the verify socket the keys of a closed workspace are unknown, also for this account.
    admin.call("workspaces.create", name="closed", tag="cl")
    create("closed", uses=1, workspace="closed")
    admin.call("members.grant", workspace="closed", principal="uid:4711", verifier=True, confirm=True)
    admin.call("workspaces.setPlan", workspace="former", plan="free", confirm=True)
    return secrets


def describe(admin, verify, key, secret):
    code = verify.call("keys.verify", key=secret, workspace="*")["code"]
    found = admin.call("keys.get", key=key)["key"]
    # A grace period ends with time.
    left_out = ["status", "rotation"] if found["name"] == "rotating" else []
    return {
        "secret": secret,
        "code": None if left_out else code,
        "key": {member: found[member] for member in MEMBERS if member not in left_out},
    }


def main(daemon, version):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kwr", dir="/tmp"))
    ready, writing = os.pipe()
    process = subprocess.Popen(
        [daemon, "--run-dir", folder, "--state-dir", folder / "state", "--config", CONFIGURATION,
         "--ready-fd", str(writing)],
        pass_fds=[writing])
    os.close(writing)
    try:
        if os.read(ready, 1) != b"\n":
            raise SystemExit("keywardd did not start")
        admin, verify = Connection(folder / "keyward.sock"), Connection(folder / "verify.sock")
        secrets = fill(admin, verify)
        keys = [describe(admin, verify, key, secret) for key, secret in secrets.items()]
        expected = {"keys": keys, "entries": admin.call("audit.check")["entries"]}
    finally:
        process.terminate()
        process.wait()
    target = HERE / version
    target.mkdir()
    for name in ["keyward.db", "pepper", "audit-head"]:
        shutil.copyfile(folder / "state" / name, target / name)
    (target / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
