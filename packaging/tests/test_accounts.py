"""Access by real accounts and their groups; every refusal names a remedy that works."""

import json
import re
import shlex

DENIED = 4


def remedy(outcome):
    """The command in a refusal."""
    command = r"[Rr]un: ((?:usermod|keyward member grant) .+)$"
    found = re.search(command, outcome.errors, re.MULTILINE)
    assert found, str(outcome)
    return found[1]


def follow(host, command):
    """Runs a remedy as root, exactly as printed."""
    host.check(*shlex.split(command))


def test_an_account_in_no_group_gets_in_by_the_remedy_alone(host):
    secret = host.create("staging-api")
    host.add_account("newton")
    try:
        refused = host.keyward("list", user="newton")
        assert refused.status == DENIED
        follow(host, remedy(refused))
        # The socket is open now; the workspace is not.
        refused = host.keyward("list", user="newton")
        assert refused.status == DENIED
        follow(host, remedy(refused))
        assert host.keyward("list", user="newton").status == 0

        refused = host.keyward("verify", user="newton", input=secret + "\n")
        assert refused.status == DENIED
        follow(host, remedy(refused))
        assert host.verify(secret, user="newton") == 0
    finally:
        host.check("userdel", "--remove", "newton")


def test_only_the_group_of_a_socket_reaches_it(host):
    for account in ["nobby", "adrian", "vera"]:
        assert host.keyward("list", user=account).status == DENIED
    for account in ["nobby", "adrian", "mia"]:
        assert host.verify("kw_x", user=account) == DENIED
    assert host.check("stat", "--format=%U:%G %a", "/run/keyward/keyward.sock").strip() == "root:keyward 660"
    assert host.check("stat", "--format=%U:%G %a", "/run/keyward/verify.sock").strip() == "root:keyward-verify 660"


def test_the_group_keyward_verify_may_verify_and_nothing_else(host):
    secret = host.create("staging-api")
    assert host.verify(secret, user="vera") == 0
    other = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    assert host.verify(other, user="vera") == 5
    listed = host.keyward("call", "keys.list", "--socket", "/run/keyward/verify.sock", user="vera", input="{}\n")
    assert listed.status == 3 and "no such method on this socket" in listed.errors
    assert host.json("show", "staging-api")["key"]["lastUsedBy"]["user"] == "vera"


def test_the_group_keyward_alone_may_look_at_nothing(host):
    for command in (["list"], ["create", "staging-api"], ["status"], ["audit", "check"], ["backup"]):
        assert host.keyward(*command, user="mia").status == DENIED
    assert host.json("list", user="root")["keys"] == []


def test_the_group_keyward_admin_makes_operators(host):
    host.create("staging-api", user="olga")
    assert host.keyward("workspace", "create", "acme", user="olga").status == 0
    host.create("staging-api", "-w", "acme", user="olga")
    assert host.json("audit", "check", user="olga")["ok"]
    assert host.keyward("backup", user="olga").status == 0
    # Root can create another one, with the remedy in the refusal.
    refused = host.keyward("workspace", "create", "emca", user="max")
    assert refused.status == DENIED
    follow(host, remedy(refused))
    try:
        assert host.keyward("workspace", "create", "emca", user="max").status == 0
    finally:
        host.check("gpasswd", "--delete", "max", "keyward-admin")
    assert host.keyward("workspace", "create", "mace", user="max").status == DENIED


def test_workspace_roles_are_held_by_users_and_by_groups(host):
    host.check("groupadd", "billing")
    host.check("usermod", "--append", "--groups", "billing", "max")
    try:
        for workspace in ["acme", "emca"]:
            assert host.keyward("workspace", "create", workspace).status == 0
        grants = [("user:mia", "viewer", "acme"), ("group:billing", "admin", "acme")]
        for principal, role, workspace in grants:
            assert host.keyward("member", "grant", principal, role, "-w", workspace).status == 0

        secret = host.create("staging-api", "-w", "acme", user="max")
        assert host.json("list", "-w", "acme", user="mia")["keys"][0]["createdBy"]["user"] == "max"
        refused = host.keyward("revoke", "staging-api", "-w", "acme", "--reason", "other", "--yes", user="mia")
        assert refused.status == DENIED
        for account in ["mia", "max"]:
            assert host.keyward("list", "-w", "emca", user=account).status == DENIED
        assert host.verify(secret, "-w", "acme") == 0

        # Removed from the group and so from the workspace: at the next connection.
        host.check("gpasswd", "--delete", "max", "billing")
        assert host.keyward("list", "-w", "acme", user="max").status == DENIED
        follow(host, remedy(refused))
        revoked = host.keyward("revoke", "staging-api", "-w", "acme", "--reason", "other", "--yes", user="mia")
        assert revoked.status == 0, str(revoked)
        assert host.verify(secret, "-w", "acme") == 5
    finally:
        host.check("groupdel", "billing")


def test_only_its_verifiers_verify_the_keys_of_a_closed_workspace(host, journal):
    host.check("groupadd", "shop")
    host.add_account("shopper", "keyward-verify", "shop")
    try:
        assert host.keyward("workspace", "create", "acme").status == 0
        secret = host.create("staging-api", "-w", "acme")
        assert host.verify(secret, "-w", "acme") == 0
        grant = host.keyward("member", "grant", "group:shop", "verifier", "-w", "acme")
        assert grant.status != 0 and "vera" in grant.errors, str(grant)
        assert host.keyward("member", "grant", "group:shop", "verifier", "-w", "acme", "--yes").status == 0
        # Its only workspace needs no name.
        assert host.verify(secret, user="shopper") == 0
        assert host.verify(secret, "-w", "acme") == 5

        # The name means another number now: found within a minute, and said.
        host.check("groupmod", "--gid", "4999", "shop")
        entry = journal.wait("KEYWARD_EVENT=verify.verifierVoid", seconds=100)
        assert entry["KEYWARD_PRINCIPAL"] == "group:shop" and entry["PRIORITY"] == "4"
        assert host.verify(secret, user="shopper") == 5 and host.verify(secret, "-w", "acme") == 5
    finally:
        host.check("userdel", "--remove", "shopper")
        host.check("groupdel", "shop")


def test_a_canary_that_is_presented_is_an_alert_in_the_journal(host, journal):
    secret = host.create("old-backup", "--canary")
    assert host.verify(secret, "--address", "192.0.2.7") == 5
    entry = journal.wait("KEYWARD_EVENT=key.canaryUsed")
    assert entry["PRIORITY"] == "1" and entry["KEYWARD_ADDRESS"] == "192.0.2.7" and entry["KEYWARD_COUNT"] == "1"
    assert entry["KEYWARD_UID"] == host.check("id", "-u", "vera").strip()
    assert secret not in json.dumps(entry)
