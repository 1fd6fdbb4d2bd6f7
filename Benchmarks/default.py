"""The daemon as users run it: default configuration, nothing pinned, beside Redis GET and a bare echo."""

import bars
import peers
import verifications

SHAPES = verifications.SHAPES


def tables(bench):
    keyward, questions = bench.keyward("keywardd", loops=None, place=bench.on_all_cores)
    get = bench.started(peers.RedisGet(bench, place=bench.on_all_cores))
    get.prepare(questions)
    servers = [keyward, get, bench.echo(questions, place=bench.on_all_cores)]
    results = {(shape, peer.name): [] for shape in SHAPES for peer in servers}
    for _ in bench.rounds():
        for shape in SHAPES:
            for peer in bench.shuffled(servers):
                results[shape, peer.name].append(bench.measure(peer, *shape, place=bench.on_all_cores))
    fill(bench.bars, results)
    yield verifications.table(results, servers)


def fill(rows, results):
    def ratio(shape, other, name="rate"):
        return bars.paired(results[shape, "keywardd"], results[shape, other], name)

    rows.at_least("default, throughput 50×1", 1.1, ratio((50, 1), "Redis GET"), "× Redis GET")
    rows.at_most("default, p99 at 50×1", 1.25, ratio((50, 1), "C echo", "p99"), "× C echo")
    rows.at_least("default, throughput 50×16", 1.3, ratio((50, 16), "Redis GET"), "× Redis GET")
    rows.at_most("default, p50 at 1×1", 1.05, ratio((1, 1), "C echo", "p50"), "× C echo")
