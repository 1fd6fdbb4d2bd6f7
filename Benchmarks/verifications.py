"""Verifications per second beside Redis and a bare echo."""

import bars
import peers

SHAPES = [(1, 1), (50, 1), (50, 16)]


def tables(bench):
    keyward, questions = bench.keyward("keywardd")
    servers = [keyward]
    for peer in [peers.RedisGet(bench), peers.RedisFunction(bench)]:
        servers.append(bench.started(peer))
        peer.prepare(questions)
    servers.append(bench.echo(questions))
    results = {(shape, peer.name): [] for shape in SHAPES for peer in servers}
    for _ in bench.rounds():
        for shape in SHAPES:
            for peer in bench.shuffled(servers):
                results[shape, peer.name].append(bench.measure(peer, *shape))
    fill(bench.bars, results)
    yield table(results, servers)


def fill(rows, results):
    def ratio(shape, other, name="rate"):
        return bars.paired(results[shape, "keywardd"], results[shape, other], name)

    def cpu(shape, *names):
        return "CPU µs a request: " + ", ".join(f"{n} {bars.median(results[shape, n], 'cpu'):.2f}" for n in names)

    for shape, get, call in [((50, 1), 0.95, 2.4), ((50, 16), 0.6, 5.5)]:
        what = f"throughput {shape[0]}×{shape[1]}"
        rows.at_least(what, get, ratio(shape, "Redis GET"), "× Redis GET", cpu(shape, "keywardd", "Redis GET"))
        rows.at_least(what, call, ratio(shape, "Redis FCALL"), "× Redis FCALL", cpu(shape, "Redis FCALL"))
    rows.at_most("p50 at 1×1", 1.05, ratio((1, 1), "C echo", "p50"), "× C echo", cpu((1, 1), "keywardd", "C echo"))


def table(results, servers):
    lines = [
        "| connections × in flight | server | requests/s | keywardd ÷ it (quartiles) | p50 µs | p99 µs | CPU µs a request |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for shape in SHAPES:
        own = results[shape, "keywardd"]
        for peer in servers:
            theirs = results[shape, peer.name]
            ratio = "" if theirs is own else bars.spread(bars.paired(own, theirs))
            lines.append(
                f"| {shape[0]} × {shape[1]} | {peer.name} | {bars.median(theirs, 'rate'):,.0f} | {ratio} "
                f"| {bars.median(theirs, 'p50'):,.1f} | {bars.median(theirs, 'p99'):,.1f} "
                f"| {bars.median(theirs, 'cpu'):.2f} |")
    return "\n".join(lines)
