/// One step of the schema. A released step never changes: later changes are new steps.
package struct Migration: Sendable {
    /// 1, 2, 3, … without a gap; stored in the file as `user_version`.
    package var version: Int
    /// The SQL that makes it from the version before.
    package var sql: String

    package init(version: Int, sql: String) {
        self.version = version
        self.sql = sql
    }

    /// All steps, oldest first.
    package static let all = [
        Migration(version: 1, sql: firstSchema), Migration(version: 2, sql: placesInTheLedger),
        Migration(version: 3, sql: indexOfLosses), Migration(version: 4, sql: sealsOfRows),
        Migration(version: 5, sql: refusalsByHour), Migration(version: 6, sql: believedClock),
        Migration(version: 7, sql: allowances), Migration(version: 8, sql: addressesOfKeys),
        Migration(version: 9, sql: verifiersAndCanaries),
        Migration(version: 10, sql: importedKeys), Migration(version: 11, sql: limitsOfPlans),
    ]
}

/// "Kywd": marks the file as Keyward's (`file(1)` and SQLite's `application_id`).
let applicationID: Int32 = 0x4b79_7764

/// Version 1.
///
/// The daemon has every key in memory. So there are only indices that prevent duplicates, and those for queries and
/// clean-ups whose cost must match their result. Usage is separate from the keys: a flush rewrites small rows. Usage
/// has no foreign keys, because every flush would look up each one. A purge deletes it, and a flush skips deleted keys.
/// A key's predecessor and successor may be purged before it, so there is no constraint on these numbers. Times are
/// milliseconds since 1970, hours are whole hours since then.
private let firstSchema = """
    CREATE TABLE meta (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        database_id BLOB NOT NULL CHECK (length(database_id) = 16),
        mark INTEGER NOT NULL,
        last_key INTEGER NOT NULL CHECK (last_key >= 0)
    ) STRICT;

    CREATE TABLE workspaces (
        number INTEGER PRIMARY KEY CHECK (number > 0),
        name TEXT NOT NULL UNIQUE,
        plan TEXT NOT NULL,
        tag TEXT NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE grants (
        workspace INTEGER NOT NULL REFERENCES workspaces (number),
        principal TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('user', 'group')),
        name TEXT,
        id INTEGER NOT NULL CHECK (id BETWEEN 0 AND 4294967295),
        role TEXT NOT NULL CHECK (role IN ('viewer', 'admin')),
        granted_at INTEGER NOT NULL,
        granted_by INTEGER NOT NULL,
        granted_by_user TEXT,
        PRIMARY KEY (workspace, principal)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE peppers (
        id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4294967295),
        check_value BLOB NOT NULL CHECK (length(check_value) = 32)
    ) STRICT;

    CREATE TABLE keys (
        number INTEGER PRIMARY KEY CHECK (number > 0),
        id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces (number),
        name TEXT NOT NULL,
        prefix TEXT NOT NULL UNIQUE,
        digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
        pepper INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        created_by INTEGER NOT NULL,
        created_by_user TEXT,
        expires_at INTEGER,
        lifetime INTEGER,
        has_owner INTEGER NOT NULL CHECK (has_owner IN (0, 1)),
        owner_name TEXT,
        owner_contact TEXT,
        owner_principal TEXT,
        purpose TEXT,
        scopes TEXT NOT NULL,
        metadata TEXT NOT NULL,
        disabled_at INTEGER,
        revoked_at INTEGER,
        revoked_by INTEGER,
        revoked_by_user TEXT,
        revoke_reason TEXT,
        revoke_note TEXT,
        predecessor INTEGER,
        rotated_at INTEGER,
        grace INTEGER,
        grace_starts_now INTEGER,
        first_used_at INTEGER,
        successor INTEGER,
        grace_ends_at INTEGER,
        told INTEGER NOT NULL,
        CHECK (has_owner OR coalesce(owner_name, owner_contact, owner_principal) IS NULL),
        CHECK ((revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoke_reason IS NULL)),
        CHECK ((predecessor IS NULL) = (rotated_at IS NULL) AND (predecessor IS NULL) = (grace IS NULL)
            AND (predecessor IS NULL) = (grace_starts_now IS NULL))
    ) STRICT;

    CREATE TABLE usage (
        key INTEGER PRIMARY KEY,
        valid INTEGER NOT NULL,
        refused INTEGER NOT NULL,
        last_used_at INTEGER,
        last_used_by INTEGER
    ) STRICT;

    CREATE TABLE usage_hours (
        key INTEGER NOT NULL,
        hour INTEGER NOT NULL,
        valid INTEGER NOT NULL,
        refused INTEGER NOT NULL,
        PRIMARY KEY (key, hour)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX usage_hours_by_hour ON usage_hours (hour);

    CREATE TABLE usage_peers (
        key INTEGER NOT NULL,
        uid INTEGER NOT NULL CHECK (uid BETWEEN 0 AND 4294967295),
        valid INTEGER NOT NULL,
        last_used_at INTEGER NOT NULL,
        PRIMARY KEY (key, uid)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE requests (
        workspace INTEGER NOT NULL,
        request_id TEXT NOT NULL,
        key INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (workspace, request_id)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX requests_by_key ON requests (key);
    CREATE INDEX requests_by_time ON requests (at);

    CREATE TABLE tombstones (
        id TEXT PRIMARY KEY,
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        reason TEXT NOT NULL,
        purged_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audit (
        seq INTEGER PRIMARY KEY CHECK (seq > 0),
        at INTEGER NOT NULL,
        uid INTEGER NOT NULL,
        user TEXT,
        action TEXT NOT NULL,
        workspace TEXT,
        key_id TEXT,
        details TEXT NOT NULL,
        pepper INTEGER NOT NULL,
        hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT;

    CREATE INDEX audit_by_workspace ON audit (workspace) WHERE workspace IS NOT NULL;
    CREATE INDEX audit_by_key ON audit (key_id) WHERE key_id IS NOT NULL;
    """

/// Version 2: each key's slot in the ledger in the runtime folder, and the generation of the database that the ledger
/// belongs to. A copy gets another number, so that a restored database does not adopt a ledger of another one.
private let placesInTheLedger = """
    ALTER TABLE keys ADD COLUMN ledger_slot INTEGER;
    ALTER TABLE keys ADD COLUMN ledger_generation INTEGER;
    ALTER TABLE meta ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
    """

/// Version 3: finds, among all audit entries, those about a lost end of the chain. There are almost none.
private let indexOfLosses = """
    CREATE INDEX audit_of_losses ON audit (seq) WHERE action IN ('audit.tailMissing', 'audit.acknowledged');
    """

/// Version 4: a keyed checksum in each key's row, and whether every row has one. A database of an earlier version gets
/// them from the first check of its rows.
private let sealsOfRows = """
    ALTER TABLE keys ADD COLUMN seal BLOB CHECK (length(seal) = 16);
    ALTER TABLE meta ADD COLUMN rows_sealed INTEGER NOT NULL DEFAULT 0;
    """

/// Version 5: refusals of keys by hour, account and code. Keys without refusals have no row.
private let refusalsByHour = """
    CREATE TABLE refusal_hours (
        key INTEGER NOT NULL,
        hour INTEGER NOT NULL,
        uid INTEGER NOT NULL CHECK (uid BETWEEN 0 AND 4294967295),
        code TEXT NOT NULL,
        count INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (key, hour, uid, code)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX refusal_hours_by_hour ON refusal_hours (hour);
    """

/// Version 6: a wall clock that was trusted, and the boot-time clock and the boot of the host at that moment. It also
/// has the part of the time until then that nobody has measured.
private let believedClock = """
    ALTER TABLE meta ADD COLUMN clock_wall INTEGER;
    ALTER TABLE meta ADD COLUMN clock_boot_time INTEGER;
    ALTER TABLE meta ADD COLUMN clock_boot TEXT;
    ALTER TABLE meta ADD COLUMN clock_unproven INTEGER;
    """

/// Version 7: what keys may spend. An allowance with a name is a budget. A key names at most one. What was spent within
/// windows of limits is not stored: its clock starts with each boot.
private let allowances = """
    CREATE TABLE allowances (
        number INTEGER PRIMARY KEY CHECK (number > 0),
        workspace INTEGER NOT NULL REFERENCES workspaces (number),
        name TEXT,
        revision INTEGER NOT NULL,
        credits_granted INTEGER,
        credits_spent INTEGER,
        credits_full INTEGER,
        credits_refilled_on INTEGER,
        refill_amount INTEGER,
        refill_every TEXT CHECK (refill_every IN ('day', 'month')),
        refill_on INTEGER CHECK (refill_on BETWEEN 1 AND 31),
        ledger_slot INTEGER,
        ledger_generation INTEGER,
        CHECK ((credits_granted IS NULL) = (credits_spent IS NULL)
            AND (credits_granted IS NULL) = (credits_full IS NULL)
            AND (credits_granted IS NULL) = (credits_refilled_on IS NULL)),
        CHECK ((refill_amount IS NULL) = (refill_every IS NULL) AND (refill_amount IS NULL) = (refill_on IS NULL))
    ) STRICT;

    CREATE UNIQUE INDEX budgets ON allowances (workspace, name) WHERE name IS NOT NULL;

    CREATE TABLE allowance_limits (
        allowance INTEGER NOT NULL REFERENCES allowances (number),
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        max INTEGER NOT NULL CHECK (max > 0),
        window INTEGER NOT NULL CHECK (window > 0),
        automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
        PRIMARY KEY (allowance, position)
    ) STRICT, WITHOUT ROWID;

    ALTER TABLE keys ADD COLUMN allowance INTEGER;
    """

/// Version 8: the blocks of addresses from which alone a key verifies, separated by spaces. Few keys have any.
private let addressesOfKeys = "ALTER TABLE keys ADD COLUMN addresses TEXT"

/// Version 9: members that may verify the keys of a workspace. One of them has no role, which a column that was NOT NULL
/// cannot say, so the table is made again. And canaries: keys that nobody should ever use.
private let verifiersAndCanaries = """
    CREATE TABLE new_grants (
        workspace INTEGER NOT NULL REFERENCES workspaces (number),
        principal TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('user', 'group')),
        name TEXT,
        id INTEGER NOT NULL CHECK (id BETWEEN 0 AND 4294967295),
        role TEXT CHECK (role IN ('viewer', 'admin')),
        verifier INTEGER NOT NULL CHECK (verifier IN (0, 1)),
        granted_at INTEGER NOT NULL,
        granted_by INTEGER NOT NULL,
        granted_by_user TEXT,
        PRIMARY KEY (workspace, principal),
        CHECK (role IS NOT NULL OR verifier)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO new_grants
        SELECT workspace, principal, kind, name, id, role, 0, granted_at, granted_by, granted_by_user FROM grants;

    DROP TABLE grants;

    ALTER TABLE new_grants RENAME TO grants;

    ALTER TABLE keys ADD COLUMN canary INTEGER CHECK (canary = 1);
    """

/// Version 10: what only imported keys have, and how a pepper is recognized whose secret was removed.
private let importedKeys = """
    ALTER TABLE keys ADD COLUMN import_format INTEGER CHECK (import_format IN (1, 2));
    ALTER TABLE keys ADD COLUMN foreign_prefix TEXT;
    ALTER TABLE peppers ADD COLUMN audit_check BLOB CHECK (length(audit_check) = 32);
    ALTER TABLE peppers ADD COLUMN removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1));
    """

/// Version 11: whether an allowance has the limits of its workspace's plan. One without a name and without limits of its
/// own does, as if its key had been created without limits.
private let limitsOfPlans = """
    ALTER TABLE allowances ADD COLUMN follows_plan INTEGER NOT NULL DEFAULT 0 CHECK (follows_plan IN (0, 1));
    UPDATE allowances SET follows_plan = 1
        WHERE name IS NULL AND number NOT IN (SELECT allowance FROM allowance_limits);
    """
