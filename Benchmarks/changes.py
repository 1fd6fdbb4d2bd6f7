"""Verifications while sixteen clients change keys without pause, beside an echo that bare SQLite disturbs as much."""

import bars
import creates
import load
import wire

CLIENTS = 16
# After this many requests the earlier change is certainly acknowledged: each client has one in flight.
DISTANCE = 100


def change(number, method, params):
    request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return wire.compact(request) + "\n", f'{{"jsonrpc":"2.0","id":{number},"result":{{"key":'


def entries(first, count):
    """Creates keys, rotates each later, and later yet revokes its successor."""
    for n in range(first, first + count):
        create = wire.create_request(n, f"changing-{n}")
        yield wire.compact(create) + "\n", f'{{"jsonrpc":"2.0","id":{n},"result":{{"key":'
        if n - first >= DISTANCE:
            key = f"changing-{n - DISTANCE}"
            # Without a grace period the name means one live key, so it can be revoked by name.
            yield change(n, "keys.rotate", {"key": key, "graceSeconds": 0, "graceStarts": "now", "confirm": True})
        if n - first >= 2 * DISTANCE:
            name = f"changing-{n - 2 * DISTANCE}"
            yield change(n, "keys.revoke", {"key": name, "reason": "other", "confirm": True})


def beside(bench, peer, disturbance):
    """Verifications at 50 × 1 while another process runs, from before the start until after the end."""
    result = bench.measure(peer, 50, 1)
    result["disturbed"] = load.finished(disturbance)["rate"]
    return result


def disturbed_daemon(bench, keyward, first, lasts):
    count = 20_000
    work = keyward.work + ".change"
    wire.write_work(work, entries(first, count))
    return beside(
        bench, keyward,
        bench.start_load(
            keyward.admin, work, connections=CLIENTS, depth=1, requests=3 * count - 3 * DISTANCE, cut=lasts))


def tables(bench):
    keyward, questions = bench.keyward("changes")
    echo = bench.echo(questions)
    lasts = bench.options.seconds + 0.4
    results = {name: [] for name in ["daemon", "echo", "quiet daemon", "quiet echo"]}
    for number in bench.rounds():
        results["quiet daemon"].append(bench.measure(keyward, 50, 1))
        results["quiet echo"].append(bench.measure(echo, 50, 1))
        disturbed = disturbed_daemon(bench, keyward, number * 100_000, lasts)
        results["daemon"].append(disturbed)
        inserts = creates.start_bare(bench, keyward, seconds=lasts, rate=disturbed["disturbed"])
        results["echo"].append(beside(bench, echo, inserts))
    lines = ["| 50 × 1 | requests/s | p50 µs | p99 µs | changes/s beside it |", "|---|--:|--:|--:|--:|"]
    for name, found in results.items():
        rate = bars.median(found, "disturbed") if "disturbed" in found[0] else 0
        lines.append(
            f"| {name} | {bars.median(found, 'rate'):,.0f} | {bars.median(found, 'p50'):,.0f} "
            f"| {bars.median(found, 'p99'):,.0f} | {rate:,.0f} |")
    bench.bars.at_most(
        "p99 at 50×1 while 16 clients change keys", 1.5, bars.paired(results["daemon"], results["echo"], "p99"),
        "× C echo beside bare inserts")
    yield "\n".join(lines)
