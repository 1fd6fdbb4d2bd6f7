"""Two verify loops beside one, by replies per CPU second of the daemon."""

import bars
import load

SHAPES = [(50, 1), (50, 16)]


def measure(bench, daemon, connections, depth):
    """Two load generators and the daemon share both cores."""
    cpu = daemon.cpu_nanoseconds()
    loads = [
        bench.start_load(
            daemon.socket, daemon.work, place=bench.on_all_cores, connections=connections, depth=depth,
            seconds=bench.options.seconds)
        for _ in range(2)
    ]
    results = [load.finished(process) for process in loads]
    used = daemon.cpu_nanoseconds() - cpu
    replies = sum(result["replies"] for result in results)
    return {"rate": sum(result["rate"] for result in results), "per_second": replies / used * 1e9}


def tables(bench):
    daemons = {
        count: bench.keyward(f"loops-{count}", loops=count, place=bench.on_all_cores)[0] for count in [1, 2]}
    lines = ["| connections × in flight | loops | requests/s | requests a CPU second |", "|---|--:|--:|--:|"]
    results = {(shape, count): [] for shape in SHAPES for count in daemons}
    for _ in bench.rounds():
        for shape in SHAPES:
            for count in bench.shuffled(list(daemons)):
                results[shape, count].append(measure(bench, daemons[count], *shape))
    for shape in SHAPES:
        for count in daemons:
            found = results[shape, count]
            lines.append(
                f"| 2 × {shape[0]} × {shape[1]} | {count} | {bars.median(found, 'rate'):,.0f} "
                f"| {bars.median(found, 'per_second'):,.0f} |")
        bench.bars.at_least(
            f"two loops against one, {shape[0]}×{shape[1]} twice", 0.9,
            bars.paired(results[shape, 2], results[shape, 1], "per_second"), "× a CPU second")
    yield "\n".join(lines)
