"""systemd's own analysis of the units, and what the service cannot do."""

import json
import pathlib
import re

from host import UNITS


def test_the_units_have_no_fault(host):
    outcome = host.run("systemd-analyze", "verify", *UNITS)
    assert (outcome.status, outcome.output, outcome.errors) == (0, "", "")


def test_the_exposure_is_the_one_that_operations_says(host):
    # The threshold is in tenths of a point (systemd-analyze(1)): beyond 0.5 the status is not 0.
    outcome = host.run("systemd-analyze", "security", "--no-pager", "--threshold=5", "keywardd.service")
    assert outcome.status == 0, outcome.output.splitlines()[-1]
    found = re.search(r"exposure level for keywardd\.service: ([0-9.]+)", outcome.output).group(1)
    page = pathlib.Path(__file__).parents[2].joinpath("docs/operations.md").read_text()
    assert re.search(r"`systemd-analyze security keywardd` gives\s+([0-9.]+) of\s+10", page).group(1) == found


def test_the_threshold_is_one_that_can_be_missed(host):
    assert host.run("systemd-analyze", "security", "--no-pager", "--threshold=5", "dbus.service").status != 0


def test_the_daemon_runs_as_its_own_account_without_privileges(host):
    status = dict(
        line.split(":\t", 1) for line in host.path(f"/proc/{host.show('MainPID')}/status").read_text().splitlines())
    uid = host.check("id", "-u", "keywardd").strip()
    assert set(status["Uid"].split()) == {uid}
    assert status["CapEff"] == status["CapBnd"] == "0" * 16
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"


def test_verifications_go_before_all_else(host):
    host.create("staging-api")
    nice = {}
    for task in host.path(f"/proc/{host.show('MainPID')}/task").iterdir():
        # proc_pid_stat(5): the name in parentheses is the second field, the nice value the nineteenth.
        name, fields = (task / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
        nice.setdefault(name, set()).add(int(fields.split()[16]))
    assert nice["verify-0"] == {0} and nice["admin-0"] == {10} and nice["keyward.commit"] == {15}
    assert 10 in set().union(*nice.values())


def test_the_service_shows_what_it_is_doing(host):
    for name in ["staging-api", "crm-integration"]:
        host.create(name)
    host.systemctl("restart", "keywardd.service")
    shown = host.check("systemctl", "status", "--no-pager", "keywardd.service")
    assert "Status:" in shown and "2" in shown.split("Status:")[1].splitlines()[0]


def test_no_secret_is_in_what_anybody_may_read_of_the_process(host):
    secret = host.create("staging-api")
    assert host.verify(secret) == 0
    folder = f"/proc/{host.show('MainPID')}"
    pepper = host.path("/etc/credstore/keyward.pepper").read_text().strip()
    text = host.path(folder + "/cmdline").read_text() + host.path(folder + "/environ").read_text()
    text += host.check("journalctl", "--output=json", "--no-pager", "--quiet")
    assert not any(word in text for word in (secret, pepper)), "a secret is readable"
    # Nobody but root may look into its memory or its credential.
    for account in ["olga", "keywardd"]:
        command = ["setpriv", "--reuid", account, "--regid", account, "--init-groups", "--"]
        assert host.run(*command, "cat", folder + "/mem").status != 0
        assert host.run(*command, "cat", folder + "/environ").status != 0


def test_the_journal_keeps_every_entry_in_fields(host, journal):
    host.create("staging-api", user="olga")
    entry = journal.wait("KEYWARD_EVENT=key.created")
    assert entry["KEYWARD_WORKSPACE"] == "default" and entry["PRIORITY"] == "5"
    assert entry["SYSLOG_IDENTIFIER"] == "keywardd" and entry["_SYSTEMD_UNIT"] == "keywardd.service"
    assert entry["KEYWARD_KEY_ID"] == host.json("show", "staging-api")["key"]["id"]
    assert entry["KEYWARD_ACTOR_UID"] == host.check("id", "-u", "olga").strip()


def test_the_journal_holds_nothing_of_the_daemon_but_its_numbered_entries(host, journal):
    secret = host.create("staging-api")
    host.verify(secret)
    host.systemctl("restart", "keywardd.service")
    entries = journal.entries("_COMM=keywardd", "_SYSTEMD_UNIT=keywardd.service")
    assert {"daemon.stopped", "daemon.ready"} <= {entry.get("KEYWARD_EVENT") for entry in entries}
    for entry in entries:
        # No line of a library; and none is a blob, which journalctl would show as an array of bytes.
        assert "KEYWARD_EVENT" in entry and isinstance(entry["MESSAGE"], str), json.dumps(entry)
        assert len(entry["MESSAGE_ID"]) == 32
