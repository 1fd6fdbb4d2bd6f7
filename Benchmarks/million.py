"""A million keys: verifications beside a thousand keys, lists, memory and start beside Redis."""

import os
import socket
import sqlite3
import statistics
import subprocess
import time

import bars
import peers
import sweeps
import wire

FEW = 1_000
SHAPES = [(50, 1, 1.25), (50, 16, 1.25)]
# A key's row as a hash; NULL fields are left out.
FIELDS = (
    "id workspace name prefix pepper created_at created_by created_by_user expires_at lifetime has_owner owner_name "
    "scopes metadata told")
SORTS = [sign + name for name in ["created", "name", "lastUsed", "usage", "expires"] for sign in ["", "-"]]


def daemon(bench, keys, **settings):
    state, work = bench.seeded(keys)
    return bench.started(peers.Keyward(bench, f"of-{keys}", state=state, work=work, **settings))


def throughput(bench):
    servers = {keys: daemon(bench, keys) for keys in [FEW, bench.options.many]}
    results = {(depth, keys): [] for _, depth, _ in SHAPES for keys in servers}
    for _ in bench.rounds():
        for connections, depth, _ in SHAPES:
            for keys in bench.shuffled(list(servers)):
                results[depth, keys].append(bench.measure(servers[keys], connections, depth))
    lines = ["| connections × in flight | keys | requests/s | p99 µs | CPU µs a request |", "|---|--:|--:|--:|--:|"]
    for connections, depth, bar in SHAPES:
        for keys in servers:
            found = results[depth, keys]
            lines.append(
                f"| {connections} × {depth} | {keys:,} | {bars.median(found, 'rate'):,.0f} "
                f"| {bars.median(found, 'p99'):,.0f} | {bars.median(found, 'cpu'):.2f} |")
        bench.bars.at_most(
            f"{connections}×{depth} with {bench.options.many:,} keys", bar,
            bars.paired(results[depth, FEW], results[depth, bench.options.many]), f"× slower than with {FEW:,}")
    yield "\n".join(lines)


LISTS = {
    "all": {}, "`status` active": {"status": ["active"]}, "`status` revoked": {"status": ["revoked"]},
    "`facts` stale": {"facts": ["stale"]}}
# A text that no key has, and one that all have.
SEARCHES = ["nothing here", "platform team"]


def milliseconds(bench, keyward, connection, replies, params):
    """The round-trip time of a list, and the daemon's CPU time meanwhile; the least is that of the list alone."""
    taken, ran = [], []
    # For the whole process, including threads that have ended (clock_getcpuclockid(3)).
    clock = ~keyward.process.pid << 3 | 2
    for _ in range(bench.options.rounds):
        before, start = time.clock_gettime(clock), time.monotonic()
        sweeps.ask(connection, replies, "keys.list", params)
        taken.append((time.monotonic() - start) * 1e3)
        ran.append((time.clock_gettime(clock) - before) * 1e3)
    return statistics.median(taken), min(ran)


def later_cursor(connection, replies, sort):
    cursor = {}
    for _ in range(10):
        page = sweeps.ask(connection, replies, "keys.list", {"sort": sort, "limit": 500, **cursor})
        cursor = {"cursor": page["nextCursor"]}
    return cursor


def lists(bench):
    keyward = daemon(bench, bench.options.many)
    # Some are used, so that they differ in the sort keys.
    bench.load(keyward.socket, keyward.work, connections=50, depth=16, seconds=0.2)
    heads = [*LISTS, "all, a later page", *(f"`search` {text}" for text in SEARCHES)]
    lines = ["| `keys.list`, 100 keys: ms there and back (CPU ms) | " + " | ".join(heads) + " |", "|---|" + "--:|" * len(heads)]
    worst = {"list": 0, "search": 0}
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(keyward.admin)
        replies = connection.makefile("rb")
        for sort in SORTS:
            cells = []
            for filters in [*LISTS.values(), later_cursor(connection, replies, sort), *({"search": text} for text in SEARCHES)]:
                taken, ran = milliseconds(bench, keyward, connection, replies, {"sort": sort, **filters})
                kind = "search" if "search" in filters else "list"
                worst[kind] = max(worst[kind], taken)
                cells.append(f"{taken:.1f} ({ran:.1f})")
            lines.append(f"| `{sort}` | " + " | ".join(cells) + " |")
    for kind, found in worst.items():
        name = "`keys.list`" if kind == "list" else "`keys.list` with `search`"
        bench.bars.add(f"{name}, of {bench.options.many:,}, slowest", "≤ 20 ms", f"{found:.1f} ms", found <= 20)
    yield "\n".join(lines)


def hashes(database):
    """The keys of a database as commands for Redis, by digest like in the registry."""
    connection = sqlite3.connect(f"file:{database}?immutable=1", uri=True)
    names = FIELDS.split()
    columns = ", ".join(names)
    for digest, *values in connection.execute(f"SELECT digest, {columns} FROM keys"):
        words = [b"HSET", digest]
        for name, value in zip(names, values):
            if value is not None:
                words += [name.encode(), str(value).encode()]
        # Usage as absolute totals, like in the ledger.
        words += [b"valid", b"0", b"refused", b"0", b"last_used_at", b"0"]
        yield b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)


def fill_redis(bench, database):
    """An RDB with the same fields as hashes. Returns its folder."""
    folder = os.path.join(bench.folder, "rdb")
    os.makedirs(folder, exist_ok=True)
    redis = bench.started(peers.Redis(bench, "Redis source", database=folder))
    commands = os.path.join(bench.folder, "hashes")
    with open(commands, "wb") as file:
        file.writelines(hashes(database))
    with open(commands, "rb") as file:
        subprocess.run(
            ["redis-cli", "-s", redis.socket, "--pipe"], stdin=file, stdout=subprocess.DEVNULL, check=True)
    redis.load([wire.redis_command("SAVE")])
    bench.stop(redis)
    os.remove(commands)
    return folder


def first_answer(path, request, is_answer):
    """Waits until the server answers; it may not listen yet, or still be loading."""
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(path)
                replies = connection.makefile("rb")
                while True:
                    connection.sendall(request)
                    reply = replies.readline()
                    if is_answer(reply):
                        return
                    if not reply:
                        break
                    time.sleep(0.001)
        except (FileNotFoundError, ConnectionRefusedError):
            pass
        time.sleep(0.001)


def measured_start(bench, start, request, is_answer):
    began = time.monotonic()
    peer = bench.started(start())
    first_answer(peer.socket, request, is_answer)
    result = {"seconds": time.monotonic() - began, "megabytes": peer.megabytes()}
    bench.stop(peer)
    if os.path.exists(peer.socket):
        os.remove(peer.socket)
    return result


def memory_and_start(bench):
    state, work = bench.seeded(bench.options.many)
    folder = fill_redis(bench, os.path.join(state, "keyward.db"))
    with open(work, "rb") as file:
        # The first request may be a bad one: any complete reply is an answer.
        line = file.read(int(file.readline().split()[0]))
    results = {"keywardd": [], "Redis": []}
    for _ in bench.rounds(most=5):
        results["keywardd"].append(
            measured_start(
                bench, lambda: peers.Keyward(bench, "starting", state=state, waits=False, place=bench.on_all_cores), line,
                lambda reply: b'"result":{"valid":' in reply))
        results["Redis"].append(
            measured_start(
                bench, lambda: peers.Redis(bench, "Redis starting", database=folder, waits=False, place=bench.on_all_cores),
                wire.redis_command("HGET", "nothing", "id").encode(), lambda reply: reply.startswith(b"$")))
    many = f"{bench.options.many:,} keys"
    bench.bars.at_most(
        f"memory with {many}", 0.85, bars.paired(results["keywardd"], results["Redis"], "megabytes"), "× Redis hashes")
    bench.bars.at_most(
        f"start to first verification, {many}", 1, bars.paired(results["keywardd"], results["Redis"], "seconds"),
        "× Redis from its RDB")
    lines = [f"| {many} | start, s | memory, MB |", "|---|--:|--:|"]
    for name, found in results.items():
        lines.append(f"| {name} | {bars.median(found, 'seconds'):.2f} | {bars.median(found, 'megabytes'):,.0f} |")
    yield "\n".join(lines)
