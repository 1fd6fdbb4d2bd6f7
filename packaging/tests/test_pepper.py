"""A change of the pepper, and imported keys, on the installed package."""

import hashlib
import json


def peppers(host):
    return {use["id"]: use for use in host.json("pepper", "status")["peppers"]}


def test_a_retired_pepper_is_removed_when_no_key_needs_it(host, journal):
    used, unused = host.create("used"), host.create("unused")
    [old] = peppers(host)
    # A new first line, as docs/operations.md says.
    host.check("sh", "-ec", """
        umask 077
        cd /etc/credstore
        { od -An -N32 -tx1 /dev/urandom | tr -d ' \\n'; echo; cat keyward.pepper; } >/tmp/pepper
        cp /tmp/pepper keyward.pepper && rm /tmp/pepper
        systemctl restart keywardd.service
    """)
    assert peppers(host)[old]["liveKeys"] == 2
    assert host.verify(used) == 0
    refused = host.keyward("pepper", "remove", old, "--yes")
    assert refused.status != 0 and "may still verify" in refused.errors, str(refused)
    assert host.keyward("revoke", "unused", "--reason", "unused", "--yes").status == 0
    assert host.keyward("pepper", "remove", old, "--yes", user="olga").status != 0

    # The digest of the used key is stored anew within a second or so.
    for _ in range(100):
        host.verify(used)
        if peppers(host)[old]["liveKeys"] == 0:
            break
    removed = host.keyward("pepper", "remove", old, "--yes")
    assert removed.status == 0, str(removed)
    assert host.verify(used) == 0 and host.verify(unused) == 5
    assert old not in [use["id"] for use in host.json("pepper", "status")["peppers"] if use["current"]]
    journal.wait("KEYWARD_EVENT=pepper.removed")
    assert host.json("audit", "check")["ok"]
    host.systemctl("restart", "keywardd.service")
    assert host.verify(used) == 0
    # The file keeps the key of old audit entries, and no secret of the old pepper.
    lines = host.path("/etc/credstore/keyward.pepper").read_text().splitlines()
    assert [line.split()[0] == "audit" for line in lines if line.strip()] == [False, True]


def test_imported_keys_verify_and_a_repeated_import_changes_nothing(host, journal):
    keys = {f"foreign-{number}": f"sk_live_{number:032}" for number in range(250)}
    rows = [{"name": name, "digest": hashlib.sha256(key.encode()).hexdigest()} for name, key in keys.items()]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    for _ in range(2):
        outcome = host.keyward("import", "-", "--format", "sha256", user="olga", input=text)
        assert outcome.status == 0, str(outcome)
    entries = journal.entries("KEYWARD_EVENT=key.imported")
    assert [entry["KEYWARD_CREATED"] for entry in entries] == ["250", "0"]
    for key in list(keys.values())[::50]:
        assert host.verify(key) == 0
        assert key not in json.dumps(entries)
    assert host.verify("sk_live_" + "9" * 32) == 5
    # A denied account imports nothing.
    assert host.keyward("import", "-", "--format", "sha256", user="mia", input=text).status == 4
