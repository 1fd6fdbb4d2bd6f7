"""The result of an installation: enabled units, and a daemon that the first client starts."""

from host import SOCKETS, UNITS


def test_installation_enables_and_starts_the_sockets_and_the_service(bare_host, package):
    host = bare_host
    host.install(package)
    for unit in UNITS:
        assert host.show("UnitFileState", unit) == "enabled"
        assert host.show("ActiveState", unit) == "active"


def test_the_first_client_wakes_the_daemon(host, journal):
    host.systemctl("stop", "keywardd.service")
    for socket in SOCKETS:
        assert host.show("SubState", socket) == "listening"
    host.check("rm", "-rf", "/var/lib/keyward", "/run/keywardd")
    journal.mark()
    assert host.json("ping")["state"] == "ready"
    assert host.show("ActiveState") == "active"
    assert len(journal.entries("KEYWARD_EVENT=daemon.ready")) == 1
    assert host.check("stat", "--format=%U %a", "/var/lib/keyward").split() == ["keywardd", "700"]
