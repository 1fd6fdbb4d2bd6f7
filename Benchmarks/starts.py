"""The time of one command from start to exit, beside `redis-cli`."""

import os
import subprocess
import time

import bars
import peers


def milliseconds(command, place, **options):
    start = time.monotonic()
    # A refused key has its own exit status; here only the answer counts.
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=place, **options)
    return (time.monotonic() - start) * 1e3


def tables(bench):
    keyward, questions = bench.keyward("keywardd")
    redis = bench.started(peers.RedisGet(bench))
    redis.prepare(questions)
    key = keyward.secret
    environment = dict(os.environ, KEYWARD_VERIFY_SOCKET=keyward.socket)
    program, place = os.path.join(bench.folder, "keyward"), bench.on_load_core
    subprocess.run(["strip", "-o", program, bench.options.keyward], check=True)
    commands = {
        "keyward --version": lambda: milliseconds([program, "--version"], place),
        "keyward verify": lambda: milliseconds([program, "verify"], place, input=key.encode(), env=environment),
        "redis-cli get": lambda: milliseconds(["redis-cli", "-s", redis.socket, "get", key], place),
        "true": lambda: milliseconds(["true"], place),
    }
    times = {name: [] for name in commands}
    for _ in range(7 * bench.options.rounds):
        for name, run in commands.items():
            times[name].append({"ms": run()})
    bench.bars.at_most(
        "client from nothing to answer", 1.5, bars.paired(times["keyward verify"], times["redis-cli get"], "ms"),
        "× redis-cli get")
    size = os.path.getsize(program) / 1e6
    bench.bars.add("client, static and stripped", "≤ 20 MB", f"{size:.1f} MB", size <= 20)
    lines = ["| command | median ms | ninth of ten ms |", "|---|--:|--:|"]
    for name, found in times.items():
        ninth = sorted(time["ms"] for time in found)[len(found) * 9 // 10]
        lines.append(f"| `{name}` | {bars.median(found, 'ms'):.1f} | {ninth:.1f} |")
    yield "\n".join(lines)
