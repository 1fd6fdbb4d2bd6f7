"""Durable creates a second, beside a bare loop of SQLite that inserts the same rows, each key in a transaction."""

import os
import sqlite3
import statistics
import time

import wire


def measure(bench, keyward, clients, first, count):
    """Creates keys that are not there yet; keys a second."""
    requests = (wire.create_request(n, f"new-{n:07}") for n in range(first, first + count))
    wire.write_work(
        keyward.work + ".create",
        ((wire.compact(r) + "\n", f'{{"jsonrpc":"2.0","id":{r["id"]},"result":{{"key":') for r in requests))
    return bench.load(keyward.admin, keyward.work + ".create", connections=clients, depth=1, requests=count)["rate"]


class BareLoop:
    """The daemon's tables and rows, written by Python's sqlite3 without a daemon: WAL, `synchronous=FULL`."""

    def __init__(self, source, folder):
        self.database = sqlite3.connect(os.path.join(folder, "bare.db"), isolation_level=None)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=FULL")
        self.database.execute("PRAGMA wal_autocheckpoint=0")
        original = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        schema = original.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        for (statement,) in schema:
            self.database.execute(statement)
        self.copy(original, "workspaces")
        self.copy(original, "meta")
        self.keys = original.execute("SELECT * FROM keys ORDER BY number").fetchall()
        self.entries = original.execute("SELECT * FROM audit WHERE key_id IS NOT NULL ORDER BY seq").fetchall()
        original.close()
        self.written = 0

    def copy(self, original, table):
        rows = original.execute(f"SELECT * FROM {table}").fetchall()
        self.database.executemany(f"INSERT INTO {table} VALUES ({marks(rows[0])})", rows)

    def measure(self, count):
        into_keys = f"INSERT INTO keys VALUES ({marks(self.keys[0])})"
        into_audit = f"INSERT INTO audit VALUES ({marks(self.entries[0])})"
        start = time.monotonic()
        for index in range(self.written, self.written + count):
            self.database.execute("BEGIN IMMEDIATE")
            self.database.execute(into_keys, self.keys[index])
            self.database.execute(into_audit, self.entries[index])
            self.database.execute("UPDATE meta SET last_key = max(last_key, ?)", (index,))
            self.database.execute("UPDATE meta SET mark = max(mark, ?)", (index,))
            self.database.execute("COMMIT")
        self.written += count
        return count / (time.monotonic() - start)


def marks(row):
    return ", ".join("?" * len(row))


def table(bench, keyward):
    rounds = min(bench.options.rounds, 7)
    count = min(1_000, bench.options.keys // (rounds + 1))
    bare = BareLoop(keyward.database, keyward.folder)
    results = {"one": [], "many": [], "bare": []}
    for number in range(rounds):
        first = 100_000 + number * 2 * count
        results["one"].append(measure(bench, keyward, 1, first, count))
        results["many"].append(measure(bench, keyward, 16, first + count, count))
        results["bare"].append(bare.measure(count))
    lines = ["| creates | keys/s | ÷ bare loop |", "|---|--:|--:|"]
    for name, text in [("one", "keywardd, 1 client"), ("many", "keywardd, 16 clients"), ("bare", "bare loop of SQLite")]:
        ratio = statistics.median(a / b for a, b in zip(results[name], results["bare"]))
        lines.append(f"| {text} | {statistics.median(results[name]):,.0f} | {ratio:.2f} |")
    return "\n".join(lines)
