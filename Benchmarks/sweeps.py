"""The cost of a sweep: a tick with nothing due, and verifications during a sweep of many due keys."""

import json
import os
import shutil
import socket
import sqlite3
import statistics
import sys
import time

import peers
import wire

IDLE_KEYS = 1_000_000
DUE_KEYS = 100_000
# The timeout of a sweep, in seconds.
PATIENCE = 900
COLUMNS = "number, id, name, prefix, digest"


def call(path, method, params):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        return ask(connection, connection.makefile("rb"), method, params)


def ask(connection, replies, method, params):
    connection.sendall((wire.compact({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}) + "\n").encode())
    return json.loads(replies.readline())["result"]


def add_keys(database, count, expires_at):
    """Copies of the newest key that nobody can verify, written directly; the daemon must not run."""
    connection = sqlite3.connect(database, isolation_level=None)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(keys)")]
    others = [column for column in columns if column not in COLUMNS.split(", ")]
    first = connection.execute("SELECT max(number) FROM keys").fetchone()[0]
    source = ", ".join("?" if column in ("expires_at", "lifetime") else column for column in others)
    statement = (
        f"INSERT INTO keys ({COLUMNS}, {', '.join(others)}) SELECT ?, ?, ?, ?, ?, {source} FROM keys WHERE number = ?")
    given = [None if expires_at is None else {"expires_at": expires_at, "lifetime": 3_600_000}[c]
             for c in others if c in ("expires_at", "lifetime")]
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.executemany(
        statement,
        ((n, f"key_{n:026}", f"other-{n:08}", f"kw_{n:08}", os.urandom(32), *given, first)
         for n in range(first + 1, first + 1 + count)))
    connection.execute("UPDATE meta SET last_key = ?", (first + count,))
    connection.execute("COMMIT")
    connection.close()
    # Otherwise the kernel would write this data during the measurement.
    with open(database, "rb") as file:
        os.fsync(file)


class Restarted(peers.Keyward):
    """A daemon on a copy of another's state, with more keys."""

    def __init__(self, bench, original, name, count, due_in=None):
        state = os.path.join(bench.folder, name)
        shutil.copytree(original.state, state)
        self.due_at = None if due_in is None else time.time() + due_in
        add_keys(
            os.path.join(state, "keyward.db"), count, None if due_in is None else int(self.due_at * 1_000))
        super().__init__(bench, name, state=state)


def idle_tick(bench, original):
    """A run with nothing due over a million keys: round-trip microseconds, and file reads meanwhile."""
    daemon = Restarted(bench, original, "idle", IDLE_KEYS)
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(daemon.admin)
            replies = connection.makefile("rb")
            ask(connection, replies, "sweeps.run", {"sweep": "expiry"})
            times = []
            for _ in range(1_000):
                start = time.monotonic()
                report = ask(connection, replies, "sweeps.run", {"sweep": "expiry"})["report"]
                times.append((time.monotonic() - start) * 1e6)
                assert report["examined"] == 0
        return statistics.median(times), sorted(times)[989]
    finally:
        daemon.stop()


def busy_sweep(bench, original):
    """Verifications before a hundred thousand keys end at once, and until the sweep is over."""
    daemon = Restarted(bench, original, "due", DUE_KEYS, due_in=bench.options.due_in)
    daemon.work = original.work
    try:
        before, during = [], []
        while True:
            state = call(daemon.admin, "sweeps.status", {})["sweeps"][0]["lastReport"]
            # An interval that began before the end of the sweep counts; one that began before its start does not.
            if state and state["examined"] >= DUE_KEYS:
                break
            began = time.time()
            if began > daemon.due_at + PATIENCE:
                sys.exit(f"the sweep is not done after {PATIENCE} seconds")
            result = bench.load(daemon.socket, daemon.work, framing=daemon.framing, connections=50, depth=1, seconds=0.5)
            if time.time() < daemon.due_at:
                before.append(result)
            elif began > daemon.due_at:
                during.append(result)
        lasted = time.time() - daemon.due_at
        if not before or not during:
            sys.exit("the keys were due too early or noted too soon: try another --due-in")
        return before, during, lasted
    finally:
        daemon.stop()


def tables(bench):
    original, _ = bench.keyward("sweep")
    bench.stop(original)
    print(f"bench: {DUE_KEYS:,} keys that are due at once", file=sys.stderr, flush=True)
    before, during, lasted = busy_sweep(bench, original)
    print(f"bench: {IDLE_KEYS:,} keys of which none is due", file=sys.stderr, flush=True)
    median, worst = idle_tick(bench, original)
    lines = [
        "| a sweep | |", "|---|--:|",
        f"| {IDLE_KEYS:,} keys, none due: `sweeps.run` there and back, median µs | {median:,.0f} |",
        f"| the same, p99 µs | {worst:,.0f} |",
        f"| {DUE_KEYS:,} keys due at once: seconds until all is noted | {lasted:,.1f} |",
    ]
    for name, unit in [("rate", "verifications/s"), ("p50", "p50 µs"), ("p99", "p99 µs")]:
        quiet, busy = (statistics.median(r[name] for r in results) for results in (before, during))
        lines.append(f"| 50 × 1 {unit}: before, during, ratio | {quiet:,.0f}, {busy:,.0f}, {busy / quiet:.2f} |")
    worst = max(r["p99"] for r in during) / statistics.median(r["p99"] for r in before)
    lines.append(f"| p99 of the worst of {len(during)} half seconds ÷ the median before | {worst:.2f} |")
    yield "\n".join(lines)
