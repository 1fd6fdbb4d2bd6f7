"""Restarts, kills and hangs, under load: no client is refused, and no acknowledged change is lost."""

from host import SOCKETS, Load
from machine import end


def test_a_restart_under_load_refuses_nobody_and_loses_nothing(host, journal):
    with Load(host, verifiers=4, creators=2) as load:
        for _ in range(3):
            host.systemctl("restart", "keywardd.service")
            load.progress()
        counts = load.stop()
        assert counts["faults"] == []
        assert load.lost() == []
        # Each client had its connection ended by each restart, and none waited long.
        assert counts["connectionsEnded"] >= 3 * 6
        assert counts["longestWaitSeconds"] < 5
    assert len(journal.entries("KEYWARD_EVENT=daemon.ready")) == 3
    assert host.json("audit", "check")["ok"]


def test_the_client_works_on_while_the_service_restarts(host):
    secret = host.create("staging-api", user="olga")
    host.path("/tmp/calls").write_text("""
        while read -r key; do
            n=0
            while [ ! -e /tmp/enough ]; do
                echo "$key" | keyward verify >/tmp/out 2>&1 && keyward list >/tmp/out 2>&1 || { cat /tmp/out; exit 1; }
                n=$((n + 1)); echo $n
            done
        done
    """)
    host.run("rm", "-f", "/tmp/enough")
    calls = host.machine.start("sh", "/tmp/calls", stdin=-1)
    try:
        calls.stdin.write(secret + "\n")
        calls.stdin.close()
        for _ in range(3):
            assert calls.stdout.readline().strip().isdigit()
            host.systemctl("restart", "keywardd.service")
        host.check("touch", "/tmp/enough")
        assert calls.wait(60) == 0, calls.stdout.read().splitlines()[-1]
    finally:
        end(calls)


def test_ten_kills_in_a_row_are_outlived(host, journal):
    with Load(host, verifiers=2, creators=2) as load:
        for _ in range(10):
            killed = host.show("MainPID")
            host.systemctl("kill", "--kill-whom=main", "--signal=KILL", "keywardd.service")
            journal.wait("KEYWARD_EVENT=daemon.ready", where=lambda entry: entry["_PID"] != killed)
            journal.mark()
            load.progress()
        assert load.stop()["faults"] == []
        assert load.lost() == []
    assert int(host.show("NRestarts")) == 10
    for socket in SOCKETS:
        assert host.show("ActiveState", socket) == "active"
    assert host.json("audit", "check")["ok"]


def test_a_daemon_that_hangs_is_killed_by_the_watchdog_and_comes_back(host, journal):
    secret = host.create("staging-api")
    host.override("[Service]\nWatchdogSec=2s\n")
    host.systemctl("restart", "keywardd.service")
    hung = host.show("MainPID")
    journal.mark()
    host.systemctl("kill", "--kill-whom=main", "--signal=STOP", "keywardd.service")
    # A client that knocks meanwhile waits, and is served by the next one.
    assert host.verify(secret) == 0
    journal.wait("UNIT=keywardd.service", where=lambda entry: "Watchdog timeout" in entry["MESSAGE"])
    ready = journal.wait("KEYWARD_EVENT=daemon.ready")
    assert ready["_PID"] != hung
    assert host.show("ActiveState") == "active"


def test_a_daemon_that_answers_is_left_alone_by_the_watchdog(host, journal):
    host.override("[Service]\nWatchdogSec=1s\n")
    host.systemctl("restart", "keywardd.service")
    started = host.show("MainPID")
    with Load(host, verifiers=2, creators=2) as load:
        # systemd shows when the watchdog was last fed; four times is beyond its limit.
        fed = set()
        while len(fed) < 4:
            load.progress()
            fed.add(host.show("WatchdogTimestampMonotonic"))
        assert load.stop()["faults"] == []
    assert host.show("MainPID") == started and host.show("NRestarts") == "0"
