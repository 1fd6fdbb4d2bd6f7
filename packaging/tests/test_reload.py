"""A reload applies a changed configuration, or refuses it with line and column."""

GOOD = """
plans:
  standard:
    apiAccess: true
    maxKeys: 1
"""
BAD = GOOD + "    maxKeyz: 2\n"


def test_a_good_file_is_put_in_force_without_a_restart(host, journal):
    daemon = host.show("MainPID")
    host.configure(GOOD)
    host.systemctl("reload", "keywardd.service")
    host.create("staging-api")
    refused = host.keyward("create", "crm-integration")
    assert refused.status == 1 and "1" in refused.errors
    assert host.show("MainPID") == daemon


def reload_is_refused(host, journal, words):
    """A reload that must fail, for systemctl, for the log and for monitors; the daemon continues."""
    daemon = host.show("MainPID")
    journal.mark()
    assert host.run("systemctl", "reload", "keywardd.service").status != 0
    line = journal.wait("KEYWARD_EVENT=daemon.reloadFailed")
    assert words in line["MESSAGE"] and line["PRIORITY"] == "3"
    assert journal.entries("KEYWARD_EVENT=daemon.failed") == []
    assert "\nkeyward_config_last_reload_successful 0\n" in host.keyward("metrics").output
    assert host.show("MainPID") == daemon and host.show("ActiveState") == "active"
    return line["MESSAGE"]


def test_a_bad_file_changes_nothing_and_is_named_by_line_and_column(host, journal):
    host.configure(GOOD)
    host.systemctl("reload", "keywardd.service")
    host.configure(BAD)
    assert "did you mean 'maxKeys'" in reload_is_refused(host, journal, "keyward.yaml:6:5")
    host.configure("plans: [\n")
    reload_is_refused(host, journal, "not YAML")
    # What was in force still is.
    host.create("staging-api")
    assert host.keyward("create", "crm-integration").status == 1
    host.configure(GOOD)
    host.systemctl("reload", "keywardd.service")
    assert "\nkeyward_config_last_reload_successful 1\n" in host.keyward("metrics").output


def test_a_file_that_takes_away_a_plan_in_use_changes_nothing(host, journal):
    host.create("staging-api")
    host.configure("defaultPlan: gold\nplans:\n  gold:\n    apiAccess: true\n")
    reload_is_refused(host, journal, "standard")
    assert host.keys() == {"staging-api": "unused"}
    checked = host.run("keywardd", "--check-config", "--state-dir", "/var/lib/keyward")
    assert checked.status == 78 and "standard" in checked.errors
    assert host.check("stat", "--format=%U", "/var/lib/keyward/keyward.db-shm").strip() == "keywardd"


def test_limits_come_into_force_by_a_reload(host, journal):
    secret = host.create("staging-api")
    host.configure("limits:\n  verify:\n    lineBytes: 1024\n")
    host.systemctl("reload", "keywardd.service")
    journal.wait("KEYWARD_EVENT=daemon.reloaded")
    # A key this long is beyond the line's limit now.
    assert host.keyward("verify", user="vera", input="k" * 2_000 + "\n").status == 1
    assert host.verify(secret) == 0
