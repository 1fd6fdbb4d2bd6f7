"""The life cycle of the package: upgrade with data, removal, purge. Each on its own machine."""

import os

from host import SOCKETS, UNITS, Load


def test_an_upgrade_keeps_the_data_and_refuses_nobody(bare_host, previous_package, package):
    host = bare_host
    host.install(previous_package)
    host.add_accounts()
    secret = host.create("staging-api", user="olga")
    assert host.verify(secret) == 0
    host.configure("operatorGroup: keyward-admin\n")
    pepper = host.check("sha256sum", "/etc/credstore/keyward.pepper")
    daemon = host.show("MainPID")
    listening = [host.show("ActiveEnterTimestampMonotonic", socket) for socket in SOCKETS]

    with Load(host, verifiers=4, creators=2) as load:
        # The administrator's configuration is kept without a prompt.
        host.install(package)
        load.progress()
        assert load.stop()["faults"] == []
        assert load.lost() == []

    assert host.show("MainPID") not in (daemon, "0")
    assert [host.show("ActiveEnterTimestampMonotonic", socket) for socket in SOCKETS] == listening
    assert host.check("sha256sum", "/etc/credstore/keyward.pepper") == pepper
    assert host.path("/etc/keyward/keyward.yaml").read_text() == "operatorGroup: keyward-admin\n"
    assert host.keys()["staging-api"] == "active"
    assert host.verify(secret) == 0
    assert host.json("audit", "check")["ok"]


def test_removal_stops_everything_and_keeps_the_data_for_a_return(bare_host, package):
    host = bare_host
    host.install(package)
    host.add_accounts()
    secret = host.create("staging-api")
    host.check("dpkg", "--remove", "keyward")
    for unit in UNITS:
        assert host.show("ActiveState", unit) == "inactive"
    assert host.run("pgrep", "keywardd").status == 1
    assert host.run("find", "/run/keyward").status == 1
    host.install(package)
    for unit in UNITS:
        assert host.show("UnitFileState", unit) == "enabled" and host.show("ActiveState", unit) == "active"
    assert host.verify(secret) == 0


def test_purge_leaves_nothing_behind_but_locked_accounts(bare_host, package):
    host = bare_host
    before = files(host)
    host.install(package)
    host.create("staging-api")
    assert host.keyward("backup").status == 0
    asked = host.run("dpkg", "--purge", "keyward")
    assert asked.status == 0, str(asked)
    host.check("systemctl", "reset-failed")

    left = sorted(path for path in files(host) - before if not of_the_system(path))
    assert left == []
    missing = sorted(path for path in before - files(host) if not of_the_system(path))
    assert missing == []
    assert host.check("systemctl", "list-units", "--all", "--plain", "--no-legend", "keyward*") == ""
    shadow = host.check("getent", "shadow", "keywardd").split(":")
    assert shadow[1].startswith("!") and shadow[7] == "1"
    assert host.run("pgrep", "keywardd").status == 1


def test_a_purged_package_can_be_installed_anew_with_a_new_pepper(bare_host, package):
    host = bare_host
    host.install(package)
    host.add_accounts()
    secret = host.create("staging-api")
    pepper = host.check("sha256sum", "/etc/credstore/keyward.pepper")
    host.check("dpkg", "--purge", "keyward")
    host.install(package)
    assert host.check("sha256sum", "/etc/credstore/keyward.pepper") != pepper
    assert host.keys() == {}
    assert host.verify(secret) == 5
    assert host.verify(host.create("staging-api")) == 0


def test_the_pepper_is_made_for_root_alone_and_shown_nowhere(bare_host, package):
    host = bare_host
    said = host.install(package)
    pepper = host.path("/etc/credstore/keyward.pepper")
    assert host.check("stat", "--format=%U:%G %a", "/etc/credstore/keyward.pepper").strip() == "root:root 600"
    assert host.check("stat", "--format=%a", "/etc/credstore").strip() == "700"
    digits = pepper.read_text().strip()
    assert len(digits) == 64 and set(digits) <= set("0123456789abcdef")
    journal = host.check("journalctl", "--output=json", "--no-pager", "--quiet")
    assert digits not in said + journal, "the pepper is shown"
    # The daemon uses it, and makes none of its own.
    assert not os.path.lexists(host.path("/var/lib/keyward/pepper"))


def files(host):
    """All files of the root's own file system."""
    return set(host.check("find", "/", "-xdev", "-path", "/tmp", "-prune", "-o", "-print").splitlines())


def of_the_system(path):
    """Files that dpkg, the account tools, man-db and systemd write on any installation."""
    return path.startswith((
        "/etc/group", "/etc/gshadow", "/etc/passwd", "/etc/shadow", "/etc/subuid", "/etc/subgid", "/etc/.pwd.lock",
        "/var/cache/man", "/var/cache/ldconfig", "/var/lib/dpkg", "/var/log", "/var/lib/systemd",
        "/var/tmp/systemd-private",
    ))
