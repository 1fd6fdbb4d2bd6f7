"""A journal that hangs or is overloaded: the daemon continues, and reports the dropped entries."""

import json

from host import Load

FLOOD = """
import socket
client = socket.socket(socket.AF_UNIX)
client.connect("/run/keyward/keyward.sock")
replies = client.makefile("rb")
for line in open("/tmp/flood", "rb"):
    client.sendall(line)
    assert b"error" not in replies.readline()
"""


def test_no_change_waits_while_journald_is_stopped(host, journal):
    secret = host.create("staging-api")
    host.override("[Service]\nWatchdogSec=5s\n")
    host.systemctl("restart", "keywardd.service")
    daemon = host.show("MainPID")
    with Load(host, verifiers=2, creators=4) as load:
        host.check("systemctl", "kill", "--kill-whom=main", "--signal=STOP", "systemd-journald.service")
        try:
            fed = set()
            # Twice the watchdog's time, and more entries than journald's socket holds.
            while len(fed) < 8:
                load.progress()
                fed.add(host.show("WatchdogTimestampMonotonic"))
        finally:
            host.check("systemctl", "kill", "--kill-whom=main", "--signal=CONT", "systemd-journald.service")
        counts = load.stop()
    assert counts["faults"] == [] and counts["longestWaitSeconds"] < 5
    assert counts["created"] > 100
    assert host.show("MainPID") == daemon
    assert host.verify(secret) == 0


def test_the_daemons_own_life_is_in_the_journal_however_much_there_is(host, journal):
    def change(uid, role):
        return {"jsonrpc": "2.0", "id": 1, "method": "members.grant",
                "params": {"workspace": "default", "principal": f"uid:{uid}", "role": role}}

    batches = [[change(1_000 + number, role) for role in ["viewer", "admin"] * 50] for number in range(300)]
    host.path("/tmp/flood").write_text("".join(json.dumps(batch) + "\n" for batch in batches))
    host.path("/tmp/flood.py").write_text(FLOOD)
    host.check("python3", "/tmp/flood.py")
    host.systemctl("restart", "keywardd.service")
    journal.wait("KEYWARD_EVENT=daemon.ready")
    assert len(journal.entries("KEYWARD_EVENT=daemon.stopped")) == 1
    left_out = sum(int(entry["KEYWARD_PACED"]) for entry in journal.entries("KEYWARD_EVENT=log.entriesLeftOut"))
    # None is missing; the next start may also write the last dropped entries (journal-mark).
    assert left_out > 0 and len(journal.entries("KEYWARD_EVENT=member.granted")) + left_out >= 30_000
    # journald itself has dropped nothing (SD_MESSAGE_JOURNAL_DROPPED of sd-messages.h).
    assert journal.entries("MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e") == []
