"""A changed configuration is put in force by a reload, or refused by line and column."""

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


def test_a_bad_file_changes_nothing_and_is_named_by_line_and_column(host, journal):
    host.configure(GOOD)
    host.systemctl("reload", "keywardd.service")
    host.configure(BAD)
    assert host.run("systemctl", "reload", "keywardd.service").status != 0
    line = journal.wait("_SYSTEMD_UNIT=keywardd.service", where=lambda entry: "keyward.yaml:6:5" in entry["MESSAGE"])
    assert "maxKeyz" in line["MESSAGE"] and "did you mean 'maxKeys'" in line["MESSAGE"]
    # What was in force still is.
    host.create("staging-api")
    assert host.keyward("create", "crm-integration").status == 1
    assert host.show("ActiveState") == "active"


def test_a_file_that_takes_away_a_plan_in_use_changes_nothing(host, journal):
    host.create("staging-api")
    daemon = host.show("MainPID")
    host.configure("defaultPlan: gold\nplans:\n  gold:\n    apiAccess: true\n")
    host.systemctl("kill", "--kill-whom=main", "--signal=HUP", "keywardd.service")
    line = journal.wait("KEYWARD_EVENT=daemon.reloadFailed")
    assert "standard" in line["MESSAGE"] and line["PRIORITY"] == "3"
    assert host.show("MainPID") == daemon and host.keys() == {"staging-api": "unused"}


def test_limits_come_into_force_by_a_reload(host, journal):
    secret = host.create("staging-api")
    host.configure("limits:\n  verify:\n    lineBytes: 1024\n")
    host.systemctl("reload", "keywardd.service")
    journal.wait("KEYWARD_EVENT=daemon.reloaded")
    # A key this long is beyond the line's limit now.
    assert host.keyward("verify", user="vera", input="k" * 2_000 + "\n").status == 1
    assert host.verify(secret) == 0
