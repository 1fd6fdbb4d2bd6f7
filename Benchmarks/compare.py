"""Compares keywardd with Redis and with a bare echo, side by side, and prints the figures as Markdown.

Every round runs all servers, in another order each time, for the same short time: what disturbs the machine then
disturbs all alike, and the medians of the ratios within a round say more than the rates. See docs/performance.md.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import creates
import peers
import starts
import sweeps
import wire

SHAPES = [(1, 1), (50, 1), (50, 16)]
SEED = 20260101


def placed_on(core, nice):
    """Puts a process that is about to start on one core."""

    def place():
        os.sched_setaffinity(0, {core})
        if nice:
            os.nice(nice)

    return place


class Bench:
    def __init__(self, options, folder):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) < 2:
            sys.exit("Two cores are needed: one for the server, one for the load.")
        self.options = options
        self.folder = folder
        self.on_server_core = placed_on(cores[0], options.nice)
        self.on_load_core = placed_on(cores[1], options.nice)

    def load(self, socket, work, **settings):
        """Runs the load generator; what it measured."""
        command = [os.path.join(self.options.tools, "load"), "--socket", socket, "--work", work]
        for name, value in settings.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        run = subprocess.run(command, preexec_fn=self.on_load_core, stdout=subprocess.PIPE)
        if run.returncode != 0:
            sys.exit(1)
        return json.loads(run.stdout)

    def measure(self, peer, connections, depth):
        """One run against one server, with what each request cost it in microseconds of its core."""
        cpu = peer.cpu_nanoseconds()
        result = self.load(
            peer.socket, peer.work, framing=peer.framing, connections=connections, depth=depth,
            seconds=self.options.seconds)
        result["cpu"] = (peer.cpu_nanoseconds() - cpu) / result["replies"] / 1e3
        return result

    def start_peers(self):
        keyward = peers.Keyward(self.folder, self.on_server_core, self.options.keywardd)
        yield keyward
        keys = keyward.create(self.options.keys)
        questions = list(wire.questions(keys, SEED))
        length = len(questions[0][3]) + 1
        others = [
            peers.RedisGet(self.folder, self.on_server_core),
            peers.RedisFunction(self.folder, self.on_server_core),
            peers.Echo(self.folder, self.on_server_core, os.path.join(self.options.tools, "echo"), length),
        ]
        for other in others:
            yield other
        for peer in [keyward, *others]:
            wait_for(peer.socket)
            peer.prepare(questions)

    def compare(self, servers):
        """For each shape and server the results of all rounds."""
        order = random.Random(SEED)
        results = {(shape, peer.name): [] for shape in SHAPES for peer in servers}
        for number in range(self.options.rounds):
            progress(f"round {number + 1} of {self.options.rounds}")
            for shape in SHAPES:
                for peer in order.sample(servers, len(servers)):
                    results[shape, peer.name].append(self.measure(peer, *shape))
        return results


def wait_for(path):
    """A server's socket appears when it listens; a second is more than any of them takes."""
    for _ in range(500):
        if os.path.exists(path):
            return
        time.sleep(0.01)
    sys.exit(f"nothing listens on {path}")


def progress(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def median(results, name):
    return statistics.median(result[name] for result in results)


def paired(results, other, name="rate"):
    """The median, and the quartiles, of the ratios within each round."""
    ratios = sorted(a[name] / b[name] for a, b in zip(results, other))
    return statistics.median(ratios), ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]


def table(results, servers):
    lines = [
        "| connections × in flight | server | requests/s | keywardd ÷ it (quartiles) | p50 µs | p99 µs | CPU µs a request |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for shape in SHAPES:
        own = results[shape, "keywardd"]
        for peer in servers:
            theirs = results[shape, peer.name]
            ratio = "" if theirs is own else "{:.2f} ({:.2f}–{:.2f})".format(*paired(own, theirs))
            lines.append(
                f"| {shape[0]} × {shape[1]} | {peer.name} | {median(theirs, 'rate'):,.0f} | {ratio} "
                f"| {median(theirs, 'p50'):,.1f} | {median(theirs, 'p99'):,.1f} | {median(theirs, 'cpu'):.2f} |")
    return "\n".join(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 short rounds: to try a change, not to quote")
    parser.add_argument("--rounds", type=int, help="rounds (15)")
    parser.add_argument("--seconds", type=float, help="measured seconds of a run (0.5)")
    parser.add_argument("--keys", type=int, default=10_000, help="keys (10000)")
    parser.add_argument("--nice", type=int, default=0, help="added to the niceness of servers and load; below 0 as root")
    parser.add_argument("--only", choices=["verify", "create", "start", "sweep"], help="measure this alone")
    parser.add_argument("--due-in", type=float, default=20, help="seconds until the keys of the sweep are due (20)")
    parser.add_argument("--keywardd", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--keyward", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--tools", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.rounds = options.rounds or (3 if options.quick else 15)
    options.seconds = options.seconds or (0.3 if options.quick else 0.5)
    return options


def main():
    options = parse_arguments()
    # Sockets need a short path.
    folder = tempfile.mkdtemp(prefix="kwbench.", dir="/tmp")
    bench = Bench(options, folder)
    servers = []
    try:
        for peer in bench.start_peers():
            servers.append(peer)
        if options.only in (None, "verify"):
            print(table(bench.compare(servers), servers), flush=True)
        if options.only in (None, "start"):
            print("\n" + starts.table(bench, servers[0], servers[1]), flush=True)
        if options.only in (None, "create"):
            print("\n" + creates.table(bench, servers[0]), flush=True)
        if options.only in (None, "sweep"):
            print("\n" + sweeps.table(bench, servers[0]), flush=True)
    finally:
        for peer in servers:
            peer.stop()
        shutil.rmtree(folder)


main()
