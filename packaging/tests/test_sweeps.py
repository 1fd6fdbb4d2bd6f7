"""Sweeps in the journal: entries found by their fields and explained by the catalog."""

import datetime
import json
import re


def create_expiring(host, name, seconds):
    """Creates a key that expires in this many seconds. Returns its id and expiry."""
    expiry = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    expiry = expiry.replace(microsecond=expiry.microsecond // 1_000 * 1_000)
    params = {"name": name, "expiresAt": expiry.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    made = host.keyward("call", "keys.create", input=json.dumps(params) + "\n")
    assert made.status == 0, str(made)
    return json.loads(made.output)["key"]["id"], expiry.timestamp()


def test_an_expiry_is_in_the_journal_within_a_second_with_fields(host, journal):
    identifiers = set()
    for name in ["staging-api", "crm-integration"]:
        identifier, expiry = create_expiring(host, name, seconds=2)
        identifiers.add(identifier)
    host.create("old-importer")

    first = journal.wait("KEYWARD_SWEEP=expiry", "KEYWARD_EVENT=sweep.finished")
    assert int(first["KEYWARD_EXPIRED"]) >= 1 and first["SYSLOG_IDENTIFIER"] == "keywardd"
    last = journal.wait("KEYWARD_EVENT=key.expired", where=lambda entry: entry["KEYWARD_KEY_ID"] == identifier)
    assert int(last["__REALTIME_TIMESTAMP"]) / 1e6 - expiry < 1
    expired = journal.entries("KEYWARD_EVENT=key.expired")
    assert {entry["KEYWARD_KEY_ID"] for entry in expired} == identifiers
    assert sum(int(entry["KEYWARD_EXPIRED"]) for entry in journal.entries("KEYWARD_SWEEP=expiry")) == 2
    assert host.keys() == {"staging-api": "expired", "crm-integration": "expired", "old-importer": "unused"}


def test_an_expiry_while_the_service_was_down_is_noted_at_the_next_start(host, journal):
    identifier, expiry = create_expiring(host, "staging-api", seconds=1)
    host.systemctl("stop", "keywardd.service")
    host.check("python3", "-c", f"import time; time.sleep(max(0, {expiry} - time.time()))")
    host.systemctl("start", "keywardd.service")
    assert journal.wait("KEYWARD_EVENT=key.expired")["KEYWARD_KEY_ID"] == identifier


def test_sweeps_run_and_show_from_the_command_line(host):
    host.create("staging-api")
    assert host.keyward("sweep", "--dry-run", user="olga").status == 0
    assert host.keyward("sweep", user="olga").status == 0
    shown = {sweep["sweep"]: sweep for sweep in host.json("sweep", "status", user="olga")["sweeps"]}
    assert set(shown) == {"expiry", "stale", "retention"}
    assert all(sweep["lastRunAt"] for sweep in shown.values())
    assert host.keyward("sweep", user="mia").status == 4


def test_every_entry_of_a_days_work_is_explained_by_the_catalog(host, journal):
    secret = host.create("staging-api")
    host.verify(secret)
    host.keyward("revoke", "staging-api", "--reason", "other", "--yes")
    create_expiring(host, "crm-integration", seconds=1)
    journal.wait("KEYWARD_SWEEP=expiry", "KEYWARD_EVENT=sweep.finished")
    host.systemctl("restart", "keywardd.service")

    numbers = {}
    for entry in journal.entries("_COMM=keywardd", "_SYSTEMD_UNIT=keywardd.service"):
        numbers[entry["MESSAGE_ID"]] = entry["KEYWARD_EVENT"]
    assert {"key.created", "key.revoked", "key.expired", "sweep.finished", "daemon.ready"} <= set(numbers.values())
    for number, event in numbers.items():
        text = host.check("journalctl", "--no-pager", "--quiet", "--catalog", "--lines=1", "MESSAGE_ID=" + number)
        assert "Defined-By: Keyward" in text and "Subject: " in text, f"{event} has no catalog text"
        assert not re.search(r"@[A-Z_]+@", text), f"{event}: a field of the catalog text is missing: {text}"
