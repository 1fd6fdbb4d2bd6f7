"""Durable creates per second, beside a bare SQLite loop that inserts the same rows, one transaction per key."""

import os
import subprocess

import bars
import load
import wire


def measured(bench, keyward, clients, first, count):
    """Creates new keys, each acknowledged."""
    requests = (wire.create_request(n, f"new-{n:07}") for n in range(first, first + count))
    wire.write_work(
        keyward.work + ".create",
        ((wire.compact(r) + "\n", f'{{"jsonrpc":"2.0","id":{r["id"]},"result":{{"key":') for r in requests))
    cpu = keyward.cpu_nanoseconds()
    result = bench.load(keyward.admin, keyward.work + ".create", connections=clients, depth=1, requests=count)
    return {"rate": result["rate"], "cpu": (keyward.cpu_nanoseconds() - cpu) / count / 1e3}


def bare(bench, keyward, **settings):
    """Inserts the same rows without a daemon. Returns transactions per second."""
    return load.finished(start_bare(bench, keyward, **settings))["rate"]


def start_bare(bench, keyward, count=10**9, seconds=10**6, rate=0):
    command = [bench.tool("inserts"), keyward.database, os.path.join(bench.folder, "bare.db")]
    return subprocess.Popen(
        command + [str(count), str(seconds), str(rate)], preexec_fn=bench.on_server_core, stdout=subprocess.PIPE)


def tables(bench):
    keyward, _ = bench.keyward("create")
    count = 500 if bench.options.quick else 2_000
    results = {"one": [], "many": [], "bare": []}
    first = 100_000
    for _ in bench.rounds():
        results["one"].append(measured(bench, keyward, 1, first, count // 4))
        results["many"].append(measured(bench, keyward, 16, first + count, count))
        results["bare"].append({"rate": bare(bench, keyward, count=count)})
        first += 2 * count
    lines = ["| creates | keys/s | ÷ bare loop (quartiles) | CPU µs each |", "|---|--:|--:|--:|"]
    for name, text in [("one", "keywardd, 1 client"), ("many", "keywardd, 16 clients"), ("bare", "bare loop of SQLite")]:
        ratio = bars.spread(bars.paired(results[name], results["bare"]))
        cpu = f"{bars.median(results[name], 'cpu'):.0f}" if name != "bare" else ""
        lines.append(f"| {text} | {bars.median(results[name], 'rate'):,.0f} | {ratio} | {cpu} |")
    bench.bars.at_least(
        "creates, 16 clients", 1, bars.paired(results["many"], results["bare"]), "× bare SQLite, one a transaction")
    yield "\n".join(lines)
