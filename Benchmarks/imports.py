"""An import of many keys by the command line, and verifications of imported keys beside native ones."""

import hashlib
import json
import os
import random
import socket
import subprocess
import time

import bars
import peers
import wire

SECONDS = 180
SHAPES = [(50, 1, 0.85), (50, 16, None)]


def foreign_secret(generator):
    """A secret of another issuer, as long as a native key."""
    return "sk_live_" + "".join(generator.choices(wire.DIGITS, k=40))


def write_rows(path, count):
    """A file of keys with the digests of their secrets."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("name,digest\n")
        for number in range(count):
            digest = hashlib.sha256(b"sk_live_%040d" % number).hexdigest()
            file.write(f"legacy-{number:07},{digest}\n")


def run_import(bench, keyward, count):
    """Imports that many rows. Returns the seconds, and the client's greatest memory in MiB."""
    path = os.path.join(bench.folder, "rows.csv")
    write_rows(path, count)
    start = time.monotonic()
    client = subprocess.Popen(
        [bench.options.keyward, "--socket", keyward.admin, "import", path, "--format", "sha256"],
        preexec_fn=bench.on_all_cores, stderr=subprocess.PIPE)
    told = client.stderr.read().decode()
    _, status, usage = os.wait4(client.pid, 0)
    client.returncode = os.waitstatus_to_exitcode(status)
    if client.returncode != 0 or told != f"Imported {count:,} keys.\n":
        raise SystemExit(f"the import failed: {told}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def many(bench):
    """Few rows, then many, into hosts of their own."""
    lines = ["| rows of SHA-256 | seconds | rows/s | memory of the client, MiB |", "|--:|--:|--:|--:|"]
    found = {}
    for count in [bench.options.many // 10, bench.options.many]:
        keyward = bench.started(peers.Keyward(bench, f"import-{count}", place=bench.on_all_cores))
        found[count] = seconds, memory = run_import(bench, keyward, count)
        bench.stop(keyward)
        lines.append(f"| {count:,} | {seconds:.1f} | {count / seconds:,.0f} | {memory:.0f} |")
    (_, few_memory), (seconds, many_memory) = found.values()
    bench.bars.add(
        f"import of {bench.options.many:,} rows", f"< {SECONDS} s", f"{seconds:.0f} s", seconds < SECONDS)
    ratio = many_memory / few_memory
    bench.bars.add("memory of the client", "≤ 1.1 × with a tenth of the rows", f"{ratio:.2f}", ratio <= 1.1)
    return "\n".join(lines)


def imported(bench, keyward, count):
    """Imports keys with the members of the native ones. Returns their Key objects and secrets."""
    generator, keys = random.Random(1), []
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(keyward.admin)
        replies = connection.makefile("rb")
        for start in range(0, count, 1_000):
            secrets = [foreign_secret(generator) for _ in range(start, min(start + 1_000, count))]
            rows = [
                {**wire.create_request(0, f"service-{start + place:06}")["params"], "secret": secret}
                for place, secret in enumerate(secrets)]
            request = {"jsonrpc": "2.0", "id": 1, "method": "keys.import", "params": {"format": "secret", "keys": rows}}
            connection.sendall(wire.compact(request).encode() + b"\n")
            result = json.loads(replies.readline())["result"]["rows"]
            keys += [(row["key"], secret) for row, secret in zip(result, secrets)]
    return keys


def verifications(bench):
    native, _ = bench.keyward("native")
    foreign = bench.started(peers.Keyward(bench, "imported"))
    foreign.prepare(list(wire.questions(imported(bench, foreign, bench.options.keys), 1)))
    results = {(shape[:2], peer.name): [] for shape in SHAPES for peer in [native, foreign]}
    for _ in bench.rounds():
        for connections, depth, _ in SHAPES:
            for peer in bench.shuffled([native, foreign]):
                results[(connections, depth), peer.name].append(bench.measure(peer, connections, depth))
    lines = ["| connections × in flight | keys | requests/s | p99 µs | CPU µs a request |", "|---|---|--:|--:|--:|"]
    for connections, depth, bar in SHAPES:
        for peer in [native, foreign]:
            found = results[(connections, depth), peer.name]
            lines.append(
                f"| {connections} × {depth} | {peer.name} | {bars.median(found, 'rate'):,.0f} "
                f"| {bars.median(found, 'p99'):,.0f} | {bars.median(found, 'cpu'):.2f} |")
        ratio = bars.paired(results[(connections, depth), "imported"], results[(connections, depth), "native"])
        if bar:
            bench.bars.at_least(f"imported keys at {connections}×{depth}", bar, ratio, "× native keys")
        else:
            lines.append(f"| {connections} × {depth} | imported ÷ native | {bars.spread(ratio)} | | |")
    return "\n".join(lines)


def tables(bench):
    yield verifications(bench)
    for peer in list(bench.running):
        bench.stop(peer)
    yield many(bench)
