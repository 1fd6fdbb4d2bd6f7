"""The screen for a team: from `keyward web add` to the revoked key, and what must not work."""

import re

import pytest

from host import Secret
from machine import end, until
from screen import BASE, HOST, Site

DENIED = 403


@pytest.fixture
def site(host):
    site = Site(host)
    try:
        yield site
    finally:
        site.remove_everybody()


@pytest.fixture
def team(site):
    """An admin, a viewer, and nginx with the documented site."""
    site.anna = site.add("anna", "admin", "--host", HOST)
    site.vic = site.add("vic@example.com", "viewer")
    site.enable()
    return site


def socket_of(person):
    return f"/run/keyward-web/{person.uid}.sock"


def proxy_field(host):
    """The field that nginx adds."""
    return re.search(r"X-Keyward-Proxy ([0-9a-f]{64});", host.path("/etc/keyward/web/proxy.conf").read_text()).group(1)


def key_id(page):
    return re.search(BASE + r"/keys/(key_\w+)", page.text).group(1)


def test_from_one_command_to_the_revoked_key(host, site):
    anna = site.add("anna", "admin", "--host", HOST)
    # Before the site exists, the command names the example.
    assert "/usr/share/doc/keyward/examples/nginx/keyward-web.conf" in anna.advice
    site.enable()
    assert anna.get(password=False).status == 401
    for path in [BASE, BASE + "/"]:
        page = anna.get(path)
        assert page.status == 200 and "There are no API keys yet" in page.text and "anna" in page.text

    created = anna.submit(anna.get(BASE + "/new"), name="staging-api")
    assert created.status == 200 and created.header("Cache-Control") == "no-store"
    # nginx obeys it, and keeps it to itself.
    assert created.header("X-Accel-Buffering") is None
    secret = created.secret
    assert host.verify(secret) == 0
    key = host.json("show", "staging-api")["key"]
    assert key["createdBy"] == {"uid": anna.uid, "user": anna.account}

    form = anna.get(f"{BASE}/keys/{key['id']}/rotate")
    rotated = anna.submit(form)
    assert rotated.status == 200
    new = rotated.secret
    assert host.verify(new) == 0
    confirm = anna.get(f"{BASE}/keys/{key['id']}/confirm")
    assert anna.follow(anna.submit(confirm)).status == 200
    assert host.verify(secret) == 5 and host.verify(new) == 0

    page = anna.get(f"{BASE}/keys/{key_id(rotated)}/revoke")
    refused = anna.submit(page)
    assert refused.status == 422 and host.verify(new) == 0
    revoked = anna.submit(page, check=["recentlyUsed"])
    assert anna.follow(revoked).status == 200
    assert host.verify(new) == 5
    # Nothing of it is on the disk of nginx or in the journal.
    log = host.check("sh", "-c", "cat /var/log/nginx/*; journalctl --output=cat --no-pager")
    assert secret not in log and new not in log
    assert host.check("find", "/var/lib/nginx", "-type", "f").strip() == ""


def test_a_viewer_looks_and_cannot_change(host, team):
    empty = team.vic.get()
    assert empty.status == 200 and "/new?" not in empty.text and "role admin can create" in empty.text
    assert host.json("list", user=team.vic.account)["access"]["role"] == "viewer"
    host.create("staging-api")
    page = team.vic.get()
    assert page.status == 200 and "staging-api" in page.text and "Create new API key" not in page.text
    assert "vic@example.com" in page.text
    # In place of each form there is what is missing, and the command.
    for path in ["/new", *(f"/keys/{key_id(page)}/{action}" for action in ["rotate", "revoke", "disable"])]:
        denied = team.vic.get(BASE + path)
        assert denied.status == DENIED and "<form method=\"post\"" not in denied.text
        assert f"user:{team.anna.account}" in denied.text
        assert f"keyward member grant user:{team.vic.account} admin --workspace=default" in denied.text
    form = team.anna.get(BASE + "/new")
    assert team.vic.post(form.form.action, {**form.form.fields, "name": "other-api"}).status == DENIED
    assert list(host.keys()) == ["staging-api"]


def test_a_role_that_was_taken_away_between_page_and_click_counts_no_more(host, team):
    form = team.anna.get(BASE + "/new")
    assert form.status == 200
    host.json("member", "remove", f"user:{team.anna.account}")
    refused = team.anna.submit(form, name="staging-api")
    assert refused.status == DENIED and host.keys() == {}
    host.json("member", "grant", f"user:{team.anna.account}", "viewer")
    refused = team.anna.submit(form, name="staging-api")
    assert refused.status == DENIED and host.keys() == {}


def test_other_accounts_of_the_host_get_nothing(host, team):
    path = socket_of(team.anna)
    assert host.check("stat", "--format=%U:%G %a", path).strip() == "root:keyward-web 660"
    assert team.anna.get().status == 200
    # Real accounts, with the cookie of a person who is logged in: also one that may use the daemon.
    for account in ["nobby", "max", "olga", team.vic.account]:
        stolen = team.anna.get(unix=path, user=account, password=False)
        assert stolen.status == 0 and "PermissionError" in stolen.text
    # A program of nginx's account, for example PHP, can connect and is nobody.
    for headers in [{}, {"X-Keyward-Proxy": ""}, {"X-Keyward-Proxy": "0" * 64}]:
        page = team.anna.get(unix=path, user="www-data", password=False, headers=headers)
        assert page.status == DENIED and "web server" in page.text
    # Neither it nor a person's account can read the secret.
    for account in ["www-data", "nobby", team.anna.account]:
        assert host.run("runuser", "-u", account, "--", "cat", "/etc/keyward/web/proxy.conf").status != 0
        assert host.run("runuser", "-u", account, "--", "ls", f"/run/keyward-web/{team.anna.uid}").status == (
            0 if account == team.anna.account else 2)
    # With the secret it is nginx: the test can tell the two apart.
    assert team.anna.get(unix=path, password=False, headers={"X-Keyward-Proxy": proxy_field(host)}).status == 200


def test_a_stolen_cookie_is_of_no_use(host, team):
    form = team.anna.get(BASE + "/new")
    mallory = team.person("mallory")
    for thief in [mallory, team.vic]:
        thief.cookie = team.anna.cookie
    assert mallory.get(password=False).status == 401
    assert mallory.get(password="wrong").status == 401
    # Logged in, but without a screen; and with another screen, whose key is another.
    assert mallory.get().status == DENIED
    assert team.vic.post(form.form.action, {**form.form.fields, "name": "staging-api"}).status == DENIED
    assert host.keys() == {}


def test_forged_fields_and_forms_are_refused(host, team):
    form = team.anna.get(BASE + "/new")
    # nginx replaces what a client sends.
    assert team.anna.get(headers={"X-Keyward-Proxy": "0" * 64}).status == 200
    other = team.anna.get(host="evil.example")
    assert other.status == 421 and "KEYWARD_WEB_ORIGIN" in other.text and "/etc/keyward/web/site.conf" in other.text
    fields = {**form.form.fields, "name": "staging-api"}
    forged = [
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": None, "Origin": "https://evil.example"}, {"Sec-Fetch-Site": None, "Origin": "null"},
        {"Sec-Fetch-Site": None},
    ]
    for headers in forged:
        assert team.anna.post(form.form.action, fields, **headers).status == DENIED, headers
    assert team.anna.post(form.form.action, {**fields, "token": "0" * 64}).status == DENIED
    # The cookie of another run: the key of the sessions is gone.
    host.systemctl("stop", f"keyward-web@{team.anna.uid}.service")
    host.check("rm", f"/run/keyward-web/{team.anna.uid}/session.key")
    old = team.anna.cookie
    refused = team.anna.post(form.form.action, fields)
    assert refused.status == DENIED and "out of date" in refused.text and host.keys() == {}
    assert team.anna.get().status == 200 and team.anna.cookie != old


def test_a_login_in_another_case_is_another_person(host, team):
    for name in ["ANNA", "anna2", "ann"]:
        assert team.person(name).get().status == DENIED
    assert team.anna.get().status == 200


def test_long_headers_and_slow_clients_stop_nobody(host, team):
    secret = Secret(proxy_field(host))
    megabyte = {"X-Long": "a" * (1 << 20)}
    assert team.anna.get(headers=megabyte).status in (0, 400, 414, 431, 494)
    direct = team.anna.get(
        unix=socket_of(team.anna), password=False, headers={"X-Keyward-Proxy": secret, "X-Long": "a" * 40_000})
    assert direct.status == 400
    script = f"""if 1:
        import socket, sys
        kept = []
        for _ in range(50):
            one = socket.socket(socket.AF_UNIX)
            one.connect("{socket_of(team.anna)}")
            one.send(b"GET / HTTP/1.1\\r\\nHost: ")
            kept.append(one)
        for _ in range(50):
            kept.append(socket.create_connection(("127.0.0.1", 443)))
        print("slow", flush=True)
        sys.stdin.read()
    """
    slow = host.machine.start("python3", "-c", script, stdin=-1)
    try:
        assert slow.stdout.readline() == "slow\n"
        assert team.anna.get().status == 200 and team.vic.get().status == 200
    finally:
        end(slow)


def test_a_screen_ends_without_use_or_with_other_groups_and_comes_back(host, team):
    site_file = host.path("/etc/keyward/web/site.conf")
    site_file.write_text(site_file.read_text().replace("IDLE=15m", "IDLE=1m"))
    assert team.vic.get().status == 200
    anna, vic = (f"keyward-web@{person.uid}.service" for person in (team.anna, team.vic))
    # anna's screen ends for its groups, which it compares each minute.
    site_file.write_text(site_file.read_text().replace("IDLE=1m", "IDLE=15m"))
    form = team.anna.get(BASE + "/new")
    assert form.status == 200
    host.check("groupadd", "--force", "night-shift")
    host.check("gpasswd", "--add", team.anna.account, "night-shift")
    for unit in [anna, vic]:
        host.check("sh", "-c", f"while systemctl is-active --quiet {unit}; do sleep 0.5; done", timeout=150)
    def lines(unit):
        return host.check("journalctl", "--output=cat", "--no-pager", "--unit=" + unit)

    assert f"the groups of {team.anna.account} have changed" in lines(anna)
    assert "without use" in lines(vic) and "groups" not in lines(vic)
    assert host.show("Result", anna) == "success"
    assert host.show("ActiveState", anna.replace("service", "socket")) == "active"
    # The next request starts it, with the new groups; session and form are as before.
    created = team.anna.submit(form, name="staging-api")
    assert created.status == 200 and host.keys() == {"staging-api": "unused"}
    assert "night-shift" in host.check("sh", "-c", f"""
        for id in $(sed -n 's/^Groups:\\t//p' /proc/$(systemctl show --value --property=MainPID {anna})/status); do
            getent group $id
        done""")


def test_adding_again_adds_a_role_and_changes_nothing_else(host, team):
    before = host.json("web", "list")
    again = team.host.json("web", "add", "anna", "--role", "admin")
    assert again["account"] == team.anna.account and again["advice"] is None
    assert host.json("web", "list") == before
    assert host.keyward("workspace", "create", "acme").status == 0
    host.json("web", "add", "anna", "--role", "viewer", "-w", "acme")
    people = {person["person"]: person for person in host.json("web", "list")["people"]}
    assert people["anna"]["roles"] == [
        {"workspace": "default", "role": "admin"}, {"workspace": "acme", "role": "viewer"}]
    assert 'name="workspace"' in team.anna.get().text
    listed = host.keyward("web", "list").output.splitlines()
    assert listed[0].split("\t") == [
        "anna", team.anna.account, str(team.anna.uid), "admin on default, viewer on acme", "enabled"]


def test_removal_ends_it_all_and_adding_brings_the_account_back(host, team):
    form = team.anna.get(BASE + "/new")
    removed = host.json("web", "remove", "anna")
    assert removed["workspaces"] == ["default"]
    # A worker of nginx from before its reload may still have the former map. Then it finds no socket.
    assert team.anna.submit(form, name="staging-api").status in (DENIED, 502)
    until(lambda: team.anna.get().status == DENIED, "nginx still has the former map")
    assert not host.path(socket_of(team.anna)).exists() and not host.path(f"/run/keyward-web/{team.anna.uid}").exists()
    assert host.show("ActiveState", f"keyward-web@{team.anna.uid}.service") == "inactive"
    assert host.run("systemctl", "is-enabled", f"keyward-web@{team.anna.uid}.socket").status != 0
    assert host.check("id", "-nG", team.anna.account).split() == [team.anna.account]
    members = [member["principal"] for member in host.json("member", "list")["members"]]
    assert members == [f"user:{team.vic.account}"]
    assert [person["person"] for person in host.json("web", "list")["people"]] == ["vic@example.com"]
    assert "removed" in host.keyward("web", "list", "--all").output
    # Others are not disturbed.
    assert team.vic.get().status == 200
    back = host.json("web", "add", "anna", "--role", "admin")
    assert (back["account"], back["uid"]) == (team.anna.account, team.anna.uid)
    until(lambda: team.anna.get().status == 200, "nginx still has the former map")
    # The old session ended with the removal.
    assert team.anna.submit(form, name="staging-api").status == DENIED
    assert team.anna.submit(team.anna.get(BASE + "/new"), name="staging-api").status == 200
    unknown = host.keyward("web", "remove", "nobody")
    assert unknown.status == 1 and "keyward web list" in unknown.errors


def test_what_cannot_be_added_changes_nothing(host, site):
    before = state(host)
    refused = [
        (["web", "add", "anna", "--role", "admin"], "root", 3, "--host keys.example.com"),
        (["web", "add", "anna", "--role", "admin", "--host", HOST, "-w", "acme"], "root", 1, "keyward workspace list"),
        (["web", "add", "anna", "--role", "boss", "--host", HOST], "root", 3, "viewer, admin"),
        (["web", "add", "an$na", "--role", "admin", "--host", HOST], "root", 3, "letters, digits"),
        (["web", "add", "anna", "--role", "admin", "--host", HOST], "olga", 4, "sudo keyward web add anna"),
        (["web", "remove", "anna"], "olga", 4, "sudo keyward web remove anna"),
    ]
    for arguments, user, status, words in refused:
        outcome = host.keyward(*arguments, user=user)
        assert outcome.status == status and words in outcome.errors, str(outcome)
    host.systemctl("stop", "keywardd.service", "keywardd.socket", "keywardd-verify.socket")
    assert host.keyward("web", "add", "anna", "--role", "admin", "--host", HOST).status == 2
    host.systemctl("start", "keywardd.socket", "keywardd-verify.socket", "keywardd.service")
    assert state(host) == before


def test_steps_before_one_that_fails_are_undone(host, site):
    before = state(host)
    host.check("sh", "-c", "mkdir -p /run/systemd/system && printf '[Socket]\\nSocketGroup=no-such-group\\n' "
               "| install -D -m 644 /dev/stdin /run/systemd/system/keyward-web@.socket.d/fault.conf")
    host.systemctl("daemon-reload")
    try:
        failed = host.keyward("web", "add", "anna", "--role", "admin", "--host", HOST)
        assert failed.status == 1 and "systemctl enable failed" in failed.errors, str(failed)
        assert state(host) == before
    finally:
        host.check("rm", "-r", "/run/systemd/system/keyward-web@.socket.d")
        host.systemctl("daemon-reload")
        host.systemctl("reset-failed")
    site.add("anna", "admin", "--host", HOST)


def state(host):
    """What `web add` makes, apart from the folder of the site."""
    return (
        host.check("getent", "passwd"), host.check("getent", "group", "keyward"),
        host.json("web", "list"), host.json("member", "list"),
        host.check("sh", "-c", "ls /etc/systemd/system/sockets.target.wants /run/keyward-web"))


def test_the_screen_does_not_run_as_root_and_its_units_have_no_fault(host, team):
    refused = host.run("systemd-run", "--wait", "--pipe", "--quiet", "/usr/bin/keyward-web", "console")
    assert refused.status == 78 and "does not run as root" in refused.errors
    units = [f"keyward-web@{team.anna.uid}.{kind}" for kind in ("socket", "service")]
    outcome = host.run("systemd-analyze", "verify", *units)
    assert (outcome.status, outcome.output, outcome.errors) == (0, "", "")
    outcome = host.run("systemd-analyze", "security", "--no-pager", "--threshold=5", units[1])
    assert outcome.status == 0, outcome.output.splitlines()[-1]
    assert team.anna.get().status == 200
    status = host.path(f"/proc/{host.show('MainPID', units[1])}/status").read_text()
    assert f"Uid:\t{team.anna.uid}\t" in status and "CapEff:\t0000000000000000" in status


def test_while_the_daemon_is_down_pages_say_so_and_the_same_page_returns(host, team):
    assert team.anna.get().status == 200
    host.systemctl("stop", "keywardd.service", "keywardd.socket", "keywardd-verify.socket")
    page = team.anna.get()
    assert page.status == 503 and "Keyward cannot be reached" in page.text
    host.systemctl("start", "keywardd.socket", "keywardd-verify.socket", "keywardd.service")
    assert team.anna.get().status == 200


def test_an_upgrade_keeps_people_and_a_purge_leaves_only_accounts(bare_host, previous_package, package):
    host = bare_host
    host.install(previous_package)
    host.add_accounts()
    site = Site(host)
    anna = site.add("anna", "admin", "--host", HOST)
    site.enable()
    form = anna.get(BASE + "/new")
    daemon = host.show("MainPID", f"keyward-web@{anna.uid}.service")
    host.install(package)
    assert host.show("MainPID", f"keyward-web@{anna.uid}.service") not in (daemon, "0")
    assert anna.submit(form, name="staging-api").status == 200

    host.check("dpkg", "--remove", "keyward")
    assert host.run("pgrep", "keyward-web").status == 1 and not host.path("/run/keyward-web").exists()
    host.install(package)
    assert anna.get().status == 200
    asked = host.run("dpkg", "--purge", "keyward")
    assert asked.status == 0 and "Remove the site" in asked.errors + asked.output
    assert host.run("pgrep", "keyward-web").status == 1
    assert not host.path("/etc/keyward").exists() and not host.path("/run/keyward-web").exists()
    assert host.run("ls", f"/etc/systemd/system/sockets.target.wants/keyward-web@{anna.uid}.socket").status != 0
    assert host.check("getent", "shadow", anna.account).split(":")[7] == "1"
    assert host.check("id", "-nG", anna.account).split() == [anna.account]
