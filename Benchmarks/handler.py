"""The handler alone, from the bytes of a read to the bytes of its replies: nanoseconds, and heap allocations."""

import bisect
import os
import subprocess


def run(bench, environment=None, **settings):
    command = [bench.options.handler, "--keys", str(bench.options.keys)]
    for name, value in settings.items():
        command += ["--" + name, str(value)]
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, preexec_fn=bench.on_server_core,
        env=dict(os.environ, **(environment or {}))).stdout


def symbols(program):
    """Names and their start addresses, in order."""
    lines = subprocess.run(["nm", "--defined-only", program], check=True, stdout=subprocess.PIPE, text=True).stdout
    found = sorted((int(words[0], 16), words[2]) for words in map(str.split, lines.splitlines()) if len(words) == 3)
    return [place for place, _ in found], [name for _, name in found]


def allocations(bench, rounds, table):
    """Allocations of all verifications of this many rounds, by call stack."""
    path = os.path.join(bench.folder, "allocations")
    run(bench, {"LD_PRELOAD": bench.tool("allocations.so"), "ALLOCATIONS": path}, rounds=rounds)
    places, names = table
    counts = {}
    for line in open(path):
        count, *stack = map(int, line.split())
        frames = [names[max(0, bisect.bisect_right(places, place) - 1)] for place in stack]
        depth = next((i for i, frame in enumerate(frames) if "answerReads" in frame), None)
        if depth is None:
            continue
        owner = next((f for f in frames[:depth] if "Keyward" in f), frames[0])
        counts[owner] = counts.get(owner, 0) + count
    return counts


def tables(bench):
    lines = ["| keys | lines a read | ns a verification (quartiles) |", "|--:|--:|--:|"]
    for size in [1, 16]:
        line = run(bench, rounds=bench.options.rounds, lines=size).strip()
        lines.append(line)
        nanoseconds = line.split("|")[3].strip()
        bench.bars.add(
            f"handler alone, {size} a read", "≤ 500 ns", nanoseconds + " ns", int(nanoseconds.split()[0]) <= 500)
    yield "\n".join(lines)
    # The steady state is what two more rounds add.
    table = symbols(bench.options.handler)
    few, more = allocations(bench, 1, table), allocations(bench, 3, table)
    steady = {owner: (more[owner] - few.get(owner, 0)) / 2 / bench.options.keys for owner in more}
    count = sum(steady.values())
    bench.bars.add("allocations of a verification", "0", f"{count:.4f}", round(count, 4) == 0)
    yield "\n".join(
        ["| allocates | times a verification |", "|---|--:|"]
        + [f"| {owner} | {count:.4f} |" for owner, count in sorted(steady.items()) if count > 0])
