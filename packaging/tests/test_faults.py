"""Faults that prevent a start: one line in the journal with the remedy, the documented exit status, no restart loop
if a restart does not help; and the remedy works."""

import re

import pytest

from host import SOCKETS, Knocking

CONFIGURATION = "78"


def failure(journal, seconds=60):
    """The daemon's last line."""
    return journal.wait("KEYWARD_EVENT=daemon.failed", seconds=seconds)


def remedies(text):
    """The commands in a message."""
    return re.findall(r"[Rr]un: (.+?)(?=\.? Then |\.?$)", text)


def expect_to_stay_down(host, journal, reason):
    """Starts the service while clients connect: it must fail with 78 and `reason`. Returns the daemon's last line."""
    with Knocking(host):
        assert host.run("systemctl", "restart", "keywardd.service").status != 0
        line = failure(journal)
        expect_closed_sockets(host, journal)
    assert host.show("ExecMainStatus") == CONFIGURATION
    assert host.show("ActiveState") == "failed"
    # systemd did not restart it by itself, and waiting clients at the two sockets hardly ever started it.
    assert host.show("NRestarts") == "0"
    lines = journal.entries("KEYWARD_EVENT=daemon.failed")
    assert len(lines) <= 3
    for entry in lines:
        assert re.search(reason, entry["MESSAGE"]) and "\n" not in entry["MESSAGE"]
        assert entry["KEYWARD_EXIT_STATUS"] == CONFIGURATION
    return line["MESSAGE"]


def expect_closed_sockets(host, journal):
    """Waits until both are closed; a client then fails at once, with a remedy."""
    for socket in SOCKETS:
        journal.wait("UNIT=" + socket, where=lambda entry: "Closed" in entry["MESSAGE"])
    for command, account in (["list"], "olga"), (["verify"], "vera"):
        told = host.keyward(*command, user=account, input="kw_x\n")
        assert told.status == 2 and "systemctl start keywardd" in told.errors, str(told)


def expect_recovery(host, secret, message):
    """Runs the commands in the daemon's last line, and nothing else; keys verify again."""
    commands = remedies(message)
    assert "systemctl start keywardd" in commands, message
    for command in commands:
        host.check("sh", "-c", command)
    assert host.verify(secret) == 0
    assert host.json("ping")["state"] == "ready"


def test_a_bad_configuration(host, journal):
    secret = host.create("staging-api")
    host.configure("limits:\n  admin:\n    idleSecond: 7\n")
    message = expect_to_stay_down(host, journal, r"^/etc/keyward/keyward\.yaml:3:5: .*did you mean 'idleSeconds'\?")
    host.configure("limits:\n  admin:\n    idleSeconds: 7\n")
    expect_recovery(host, secret, message)


def test_a_wrong_pepper(host, journal):
    secret = host.create("staging-api")
    host.check("sh", "-c", "cd /etc/credstore && mv keyward.pepper /tmp/pepper && "
               "( umask 077; printf '%064d\\n' 7 >keyward.pepper )")
    message = expect_to_stay_down(host, journal, "not the pepper.*[Rr]estore the right one")
    host.check("mv", "/tmp/pepper", "/etc/credstore/keyward.pepper")
    expect_recovery(host, secret, message)


def test_a_pepper_file_that_others_may_read(host, journal):
    # Without a credential the daemon keeps its own pepper.
    host.check("sh", "-c", "systemctl stop keywardd.service; rm -r /etc/credstore /var/lib/keyward /run/keywardd")
    host.systemctl("start", "keywardd.service")
    secret = host.create("staging-api")
    assert host.check("stat", "--format=%U %a", "/var/lib/keyward/pepper").split() == ["keywardd", "600"]
    host.check("chmod", "644", "/var/lib/keyward/pepper")
    message = expect_to_stay_down(host, journal, "mode 644")
    expect_recovery(host, secret, message)


def test_a_missing_pepper(host, journal):
    secret = host.create("staging-api")
    host.check("mv", "/etc/credstore/keyward.pepper", "/tmp/pepper")
    message = expect_to_stay_down(host, journal, "pepper is missing.*credential keyward.pepper from your backup")
    host.check("mv", "/tmp/pepper", "/etc/credstore/keyward.pepper")
    expect_recovery(host, secret, message)


def test_a_state_folder_that_cannot_be_written(host, journal):
    secret = host.create("staging-api")
    host.check("sh", "-ec", "systemctl stop keywardd.service; mount --bind /var/lib/keyward /var/lib/keyward; "
               "mount -o remount,bind,ro /var/lib/keyward")
    message = expect_to_stay_down(host, journal, "cannot be written.*Mount it writable")
    host.check("umount", "/var/lib/keyward")
    expect_recovery(host, secret, message)


def test_a_state_folder_that_systemd_cannot_prepare(host, journal):
    host.check("sh", "-ec", "systemctl stop keywardd.service; mount -t tmpfs -o ro,mode=755 tmpfs /var/lib/keyward")
    with Knocking(host):
        assert host.run("systemctl", "start", "keywardd.service").status != 0
        # Fast enough to reach the sockets' own limit.
        for socket in SOCKETS:
            journal.wait("UNIT=" + socket, where=lambda entry: "trigger-limit-hit" in entry["MESSAGE"])
    # Here systemd gives up before the daemon runs.
    line = journal.wait("UNIT=keywardd.service", where=lambda entry: "STATE_DIRECTORY" in entry["MESSAGE"])
    assert "Read-only file system" in line["MESSAGE"] or "STATE_DIRECTORY" in line["MESSAGE"]
    assert host.show("ExecMainStatus") == "238" and host.show("NRestarts") == "0"
    assert host.show("ActiveState") == "failed"


def test_the_mode_and_owner_of_the_state_folder_are_put_right(host):
    secret = host.create("staging-api")
    host.systemctl("stop", "keywardd.service")
    host.check("sh", "-c", "chmod 755 /var/lib/keyward; chown root:root /var/lib/keyward")
    host.systemctl("start", "keywardd.service")
    assert host.check("stat", "--format=%U %a", "/var/lib/keyward").split() == ["keywardd", "700"]
    assert host.verify(secret) == 0


def test_a_disk_that_is_full_at_the_start(host, journal):
    host.check("sh", "-ec", """
        systemctl stop keywardd.service
        rm -rf /run/keywardd
        mount -t tmpfs -o size=64k,mode=700,uid=$(id -u keywardd),gid=$(id -g keywardd) tmpfs /var/lib/keyward
        systemctl start --no-block keywardd.service
    """)
    line = failure(journal)
    assert re.search("full.*[Mm]ake room", line["MESSAGE"]) and line["KEYWARD_EXIT_STATUS"] == "71"
    # It returns as soon as there is space.
    host.check("mount", "-o", "remount,size=64m", "/var/lib/keyward")
    journal.wait("KEYWARD_EVENT=daemon.ready")
    assert host.json("ping")["state"] == "ready"
    host.systemctl("stop", *SOCKETS, "keywardd.service")
    host.check("umount", "/var/lib/keyward")


def test_pages_of_nonsense_in_the_database(host, journal):
    secret = host.create("staging-api")
    host.systemctl("stop", "keywardd.service")
    size = int(host.check("stat", "--format=%s", "/var/lib/keyward/keyward.db")) // 4096
    host.check("sh", "-ec", f"cd /var/lib/keyward && cp -a keyward.db /tmp/good.db && "
               f"dd if=/dev/urandom of=keyward.db bs=4096 seek=1 count={size - 1} conv=notrunc status=none")
    message = expect_to_stay_down(host, journal, "damaged.*restore the latest backup")
    host.check("cp", "-a", "/tmp/good.db", "/var/lib/keyward/keyward.db")
    expect_recovery(host, secret, message)


def test_a_second_daemon(host, journal):
    secret = host.create("staging-api")
    first = host.show("MainPID")
    run = ("systemd-run", "--quiet", "--wait", "--unit=second", "--property=User=keywardd",
           "--property=RuntimeDirectory=second", "--property=LoadCredential=keyward.pepper")
    second = host.run(*run, "/usr/sbin/keywardd", "--run-dir", "/run/second", "--state-dir", "/var/lib/keyward")
    assert second.status == 75
    assert re.search(rf"pid {first}\b.*Stop it first", failure(journal)["MESSAGE"])
    assert host.verify(secret) == 0 and host.show("MainPID") == first


def test_a_daemon_started_by_hand_holds_the_service_off_until_it_ends(host, journal):
    host.systemctl("stop", "keywardd.service")
    host.check("systemd-run", "--quiet", "--unit=byhand", "--property=User=keywardd", "--property=Type=notify",
               "--property=RuntimeDirectory=byhand", "--property=LoadCredential=keyward.pepper",
               "/usr/sbin/keywardd", "--run-dir", "/run/byhand", "--state-dir", "/var/lib/keyward")
    try:
        assert host.run("systemctl", "start", "keywardd.service").status != 0
        line = failure(journal)
        assert line["KEYWARD_EXIT_STATUS"] == "75" and "Stop it first" in line["MESSAGE"]
    finally:
        host.systemctl("stop", "byhand.service")
    # Then no start by hand is needed.
    journal.wait("KEYWARD_EVENT=daemon.ready", "_SYSTEMD_UNIT=keywardd.service")


def test_a_stale_lock(host):
    host.systemctl("kill", "--kill-whom=main", "--signal=KILL", "keywardd.service")
    host.systemctl("stop", "keywardd.service")
    # A dead daemon's process id, which another process has by now.
    host.check("sh", "-c", "echo 1 >/var/lib/keyward/lock")
    host.systemctl("start", "keywardd.service")
    assert host.json("ping")["state"] == "ready"


def test_sockets_without_the_service(host, journal):
    host.systemctl("disable", "--quiet", "--now", "keywardd.service")
    try:
        host.systemctl("start", *SOCKETS)
        # A client is enough to start it.
        assert host.json("ping")["state"] == "ready"
    finally:
        host.systemctl("enable", "--quiet", "keywardd.service")
    host.systemctl("stop", "keywardd.service", *SOCKETS)
    host.systemctl("mask", "--runtime", "--quiet", "keywardd.service")
    assert host.run("systemctl", "start", SOCKETS[0]).status != 0
    refused = "Socket service keywardd.service not loaded"
    journal.wait("UNIT=" + SOCKETS[0], where=lambda entry: refused in entry["MESSAGE"])
    told = host.keyward("ping")
    assert told.status == 2 and "systemctl start" in told.errors


@pytest.mark.parametrize("missing", SOCKETS)
def test_the_service_without_a_socket(host, journal, missing):
    host.systemctl("stop", missing)
    # They belong together: the service stopped with its socket, and starts the socket again.
    assert host.show("ActiveState") == "inactive"
    host.systemctl("start", "keywardd.service")
    assert host.show("ActiveState", missing) == "active"
    host.systemctl("stop", missing)
    host.systemctl("mask", "--runtime", "--quiet", missing)
    start = host.run("systemctl", "start", "keywardd.service")
    assert start.status != 0 and f"Unit {missing} is masked" in start.errors


def test_a_daemon_that_was_handed_no_sockets(host, journal):
    host.systemctl("stop", *SOCKETS, "keywardd.service")
    alone = host.run("systemd-run", "--quiet", "--wait", "--property=User=keywardd", "--property=Type=notify",
                     "--property=StateDirectory=keyward", "--property=StateDirectoryMode=0700", "/usr/sbin/keywardd")
    assert alone.status != 0
    line = failure(journal)
    assert line["KEYWARD_EXIT_STATUS"] == CONFIGURATION
    assert "systemctl start keywardd" in line["MESSAGE"]
