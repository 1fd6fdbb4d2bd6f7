"""Restore, as documented: three commands, while clients keep connecting."""

from host import SOCKETS, Knocking

STOP = ("systemctl", "stop", *SOCKETS, "keywardd.service")


def backup(host):
    """A backup outside the state folder."""
    path = host.keyward("backup").output.strip()
    host.check("install", "-m", "600", path, "/var/tmp/backup.db")
    return "/var/tmp/backup.db"


def test_a_restore_refuses_while_clients_can_wake_the_daemon_and_names_the_command(host):
    host.create("staging-api")
    copy = backup(host)
    host.systemctl("stop", "keywardd.service")
    refused = host.run("keywardd", "restore", copy)
    assert refused.status == 75 and " ".join(STOP) in refused.errors, str(refused)
    assert host.keys() == {"staging-api": "unused"}


def test_three_commands_restore_a_backup_and_end_again_what_had_ended(host, journal):
    secrets = {name: host.create(name, user="olga") for name in ["kept", "revoked", "disabled"]}
    copy = backup(host)
    assert host.keyward("revoke", "revoked", "--reason", "compromised", "--yes", user="olga").status == 0
    assert host.keyward("disable", "disabled", user="olga").status == 0
    later = host.create("later", user="olga")
    with Knocking(host):
        host.check(*STOP)
        told = host.check("keywardd", "restore", copy, "--reapply")
        host.systemctl("start", "keywardd")
    assert "key.revoked  revoked" in told and "by olga" in told and "key.created  later" in told, told
    assert [host.verify(secrets[name]) for name in ["kept", "revoked", "disabled"]] == [0, 5, 5]
    assert host.verify(later) == 5
    assert host.keys() == {"kept": "active", "revoked": "revoked", "disabled": "disabled"}
    journal.wait("KEYWARD_EVENT=daemon.ready")


def test_the_journal_alone_knows_what_a_lost_database_knew(host):
    secret = host.create("revoked")
    copy = backup(host)
    assert host.keyward("revoke", "revoked", "--reason", "compromised", "--yes").status == 0
    host.check("journalctl", "--sync")
    host.check(*STOP)
    host.check("sh", "-ec", "rm /var/lib/keyward/keyward.db*")
    told = host.check("keywardd", "restore", copy, "--reapply")
    assert "key.revoked  revoked" in told, told
    host.systemctl("start", "keywardd")
    assert host.verify(secret) == 5
    assert host.check("stat", "--format=%U %a", "/var/lib/keyward/keyward.db").split() == ["keywardd", "600"]


def test_a_check_finds_nothing_after_an_orderly_end(host):
    host.create("staging-api")
    assert host.run("keywardd", "check").status == 75
    host.check(*STOP)
    checked = host.run("keywardd", "check")
    assert checked.status == 0 and checked.output.endswith("All is well.\n"), str(checked)
    assert "/etc/credstore/keyward.pepper" in checked.output
    assert "usage.ledger belongs to this database" in checked.output
    host.systemctl("start", "keywardd")


def test_the_pepper_is_where_the_command_says(host):
    host.create("staging-api")
    shown = host.json("pepper", "status")
    assert shown["source"] == "credential" and shown["place"] == "keyward.pepper"
    assert [pepper["liveKeys"] for pepper in shown["peppers"]] == [1]
