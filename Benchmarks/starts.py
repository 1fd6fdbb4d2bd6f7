"""How long one command takes from its start to its end, beside `redis-cli`."""

import os
import statistics
import subprocess
import time


def milliseconds(command, place, **options):
    start = time.monotonic()
    # A refused key ends the command with a status of its own; what counts here is that it got its answer.
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=place, **options)
    return (time.monotonic() - start) * 1e3


def table(bench, keyward, redis):
    key = keyward.secret
    environment = dict(os.environ, KEYWARD_VERIFY_SOCKET=keyward.socket)
    program, place = bench.options.keyward, bench.on_load_core
    commands = {
        "keyward --version": lambda: milliseconds([program, "--version"], place),
        "keyward verify": lambda: milliseconds([program, "verify"], place, input=key.encode(), env=environment),
        "redis-cli get": lambda: milliseconds(["redis-cli", "-s", redis.socket, "get", "a"], place),
        "true": lambda: milliseconds(["true"], place),
    }
    times = {name: [] for name in commands}
    for _ in range(20 if bench.options.quick else 100):
        for name, run in commands.items():
            times[name].append(run())
    lines = ["| command | median ms | ninth of ten ms |", "|---|--:|--:|"]
    for name, all_times in times.items():
        lines.append(f"| `{name}` | {statistics.median(all_times):.1f} | {sorted(all_times)[len(all_times) * 9 // 10]:.1f} |")
    return "\n".join(lines)
