"""Compares keywardd with Redis and with a bare echo in one run, and prints the figures as Markdown.

Every round runs all servers, in another order each time, for the same short time: what disturbs the machine then
disturbs all alike, and the medians of the ratios within a round say more than the rates. See docs/performance.md.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

import bars
import changes
import creates
import default
import gateway
import handler
import imports
import limits
import load
import loops
import million
import peers
import starts
import sweeps
import verifications
import web
import wire

SEED = 20260101
# In this order, because the later ones leave more behind.
MODES = {
    "default": default.tables,
    "verify": verifications.tables,
    "limits": limits.tables,
    "handler": handler.tables,
    "loops": loops.tables,
    "client": starts.tables,
    "gateway": gateway.tables,
    "web": web.tables,
    "changes": changes.tables,
    "create": creates.tables,
    "import": imports.tables,
    "million": million.throughput,
    "list": million.lists,
    "memory": million.memory_and_start,
    "sweep": sweeps.tables,
}


def placed_on(cores, nice):
    """Pins a process that is about to start to some cores."""

    def place():
        os.sched_setaffinity(0, cores)
        if nice:
            os.nice(nice)

    return place


class Bench:
    SEED = SEED

    def __init__(self, options, folder, run_folder):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) < 2:
            sys.exit("Two cores are needed: one for the server, one for the load.")
        self.options = options
        # The state folders are on disk; what systemd keeps in /run is in memory here too.
        self.folder, self.run_folder = folder, run_folder
        self.bars = bars.Bars()
        self.random = random.Random(SEED)
        self.on_server_core = placed_on({cores[0]}, options.nice)
        self.on_load_core = placed_on({cores[1]}, options.nice)
        self.on_all_cores = placed_on(set(cores[:2]), options.nice)
        self.running = []
        self.seeds = {}

    def tool(self, name):
        return os.path.join(self.options.tools, name)

    def start_load(self, socket, work, place=None, **settings):
        command = [self.tool("load"), "--socket", socket, "--work", work]
        for name, value in settings.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        return subprocess.Popen(command, preexec_fn=place or self.on_load_core, stdout=subprocess.PIPE)

    def load(self, socket, work, **settings):
        """Runs the load generator and returns its result."""
        return load.finished(self.start_load(socket, work, **settings))

    def measure(self, peer, connections, depth, place=None):
        """One run against one server, with its CPU microseconds per request."""
        cpu = peer.cpu_nanoseconds()
        result = self.load(
            peer.socket, peer.work, place=place, framing=peer.framing, connections=connections, depth=depth,
            seconds=self.options.seconds)
        result["cpu"] = (peer.cpu_nanoseconds() - cpu) / result["replies"] / 1e3
        return result

    def started(self, peer):
        """Registers a server, so that it is stopped in any case."""
        self.running.append(peer)
        return peer

    def stop(self, peer):
        self.running.remove(peer)
        peer.stop()

    def keyward(self, name, keys=None, **settings):
        """A separate daemon with this many keys, created through its socket, and the work for them."""
        peer = self.started(peers.Keyward(self, name, **settings))
        questions = list(wire.questions(peer.create(keys or self.options.keys), SEED))
        peer.prepare(questions)
        return peer, questions

    def echo(self, questions, place=None):
        echo = self.started(peers.Echo(self, len(questions[0][3]) + 1, place))
        echo.prepare(questions)
        return echo

    def seeded(self, keys):
        """A state folder with this many keys, created once, and the work for them."""
        if keys not in self.seeds:
            progress(f"seeding {keys:,} keys")
            state = os.path.join(self.folder, f"seed-{keys}")
            os.makedirs(state, mode=0o700)
            work = os.path.join(self.folder, f"seed-{keys}.work")
            subprocess.run([self.options.seed, state, str(keys), work], check=True)
            self.seeds[keys] = state, work
        return self.seeds[keys]

    def rounds(self, most=None):
        for number in range(min(self.options.rounds, most or self.options.rounds)):
            progress(f"round {number + 1}")
            yield number

    def shuffled(self, servers):
        return self.random.sample(servers, len(servers))


def progress(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 short rounds: to try a change, not to quote")
    parser.add_argument("--rounds", type=int, help="rounds (15)")
    parser.add_argument("--seconds", type=float, help="measured seconds of a run (0.5)")
    parser.add_argument("--keys", type=int, default=10_000, help="keys (10000)")
    parser.add_argument("--many", type=int, default=1_000_000, help="keys where there are many (1000000)")
    parser.add_argument("--nice", type=int, default=0, help="added to the niceness of servers and load; below 0 as root")
    parser.add_argument("--only", choices=MODES, action="append", help="measure this alone; may be given several times")
    parser.add_argument("--due-in", type=float, default=20, help="seconds until the keys of the sweep are due (20)")
    for program in ["keywardd", "keyward", "web", "gateway", "bare", "handler", "seed", "tools"]:
        parser.add_argument("--" + program, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.rounds = options.rounds or (3 if options.quick else 15)
    options.seconds = options.seconds or (0.3 if options.quick else 0.5)
    return options


def main():
    options = parse_arguments()
    # Sockets need a short path.
    folder = tempfile.mkdtemp(prefix="kwbench.", dir="/tmp")
    run_folder = tempfile.mkdtemp(prefix="kwbench.", dir="/dev/shm")
    bench = Bench(options, folder, run_folder)
    try:
        for mode, tables in MODES.items():
            if options.only and mode not in options.only:
                continue
            began = time.monotonic()
            progress(mode)
            for table in tables(bench):
                print(f"{table}\n", flush=True)
            for peer in list(bench.running):
                bench.stop(peer)
            progress(f"{mode} took {time.monotonic() - began:.0f} s")
        print(bench.bars.table(), flush=True)
    finally:
        for peer in bench.running:
            peer.stop()
        shutil.rmtree(folder)
        shutil.rmtree(run_folder)


main()
