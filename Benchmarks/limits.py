"""Verifications of keys with two limits and credits, beside plain keys and Redis doing the same, in one run."""

import bars
import peers
import wire

SHAPES = [(50, 1), (50, 16)]
# With numbers as usual, which are never reached.
LIMITS = [("requests", 100_000_000, 3_600), ("bursts", 100_000_000, 60)]
CREDITS = 1_000_000_000


def terms():
    limits = [{"name": name, "limit": limit, "windowSeconds": seconds} for name, limit, seconds in LIMITS]
    return {"limits": limits, "credits": {"remaining": CREDITS}}


class Limited(peers.Keyward):
    """A daemon whose keys have limits and credits. What remains of them comes at the end of a reply."""

    def __init__(self, bench):
        super().__init__(bench, "keywardd, limits")

    def prepare(self, questions):
        def start(code, text):
            return text[:-2] + ',"limits":[{' if code == "valid" else text + "\n"

        wire.write_work(self.work, ((wire.verify_line(n, key), start(code, text)) for n, key, code, text in questions))


class RedisLimits(peers.Redis):
    """The same work in Lua, in limits.lua."""

    def __init__(self, bench):
        super().__init__(bench, "Redis FCALL, limits")

    def prepare(self, questions):
        self.load([wire.redis_command("FUNCTION", "LOAD", peers.source("limits.lua"))])
        limits = [str(fact) for name, limit, seconds in LIMITS for fact in (name, limit, seconds * 1_000)]
        names = [f"{fact}{number}" for number in [1, 2] for fact in ["name", "limit", "length"]]
        facts = [word for pair in zip(names, limits) for word in pair]
        valid = [(number, key, text) for number, key, code, text in questions if code == "valid"]
        self.load(
            wire.redis_command(
                "HSET", key, "status", "active", "expiresAt", "4102358400000", "reply", part(text), *facts,
                "credits", str(CREDITS))
            for _, key, text in valid)
        entries = []
        for number, key, code, text in questions:
            # Its reply has what remains, so its length is known only by its digits: the load generator compares nothing.
            entries.append((wire.redis_command("FCALL", "verify_limited", "2", key, key + ":counts", str(number)), "$"))
        wire.write_work(self.work, entries)


def part(text):
    return text.split('"code":"valid",')[-1].rsplit(',"warnings"', 1)[0]


def tables(bench):
    plain, questions = bench.keyward("keywardd")
    limited = bench.started(Limited(bench))
    limited.prepare(list(wire.questions(limited.create(bench.options.keys, terms()), bench.SEED)))
    redis = bench.started(RedisLimits(bench))
    redis.prepare(questions)
    servers = [plain, limited, redis]
    results = {(shape, peer.name): [] for shape in SHAPES for peer in servers}
    for _ in bench.rounds():
        for shape in SHAPES:
            for peer in bench.shuffled(servers):
                results[shape, peer.name].append(bench.measure(peer, *shape))
    for shape, bar in [((50, 1), 0.9), ((50, 16), None)]:
        what = f"limits and credits {shape[0]}×{shape[1]}"
        own = results[shape, limited.name]
        if bar:
            bench.bars.at_least(what, bar, bars.paired(own, results[shape, plain.name]), "× plain keys")
            bench.bars.at_least(what, 3, bars.paired(own, results[shape, redis.name]), "× Redis FCALL doing the same")
    yield table(results, servers, limited)


def table(results, servers, limited):
    lines = [
        "| connections × in flight | server | requests/s | keywardd with limits ÷ it (quartiles) | p50 µs | CPU µs a request |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for shape in SHAPES:
        own = results[shape, limited.name]
        for peer in servers:
            theirs = results[shape, peer.name]
            ratio = "" if theirs is own else bars.spread(bars.paired(own, theirs))
            lines.append(
                f"| {shape[0]} × {shape[1]} | {peer.name} | {bars.median(theirs, 'rate'):,.0f} | {ratio} "
                f"| {bars.median(theirs, 'p50'):,.1f} | {bars.median(theirs, 'cpu'):.2f} |")
    return "\n".join(lines)
